-- The months that have news, and how many keys have versions in more than one month. Only repeated keys can.
SELECT
    (
        SELECT list(strftime(month, '%Y-%m'))
        FROM (SELECT DISTINCT date_trunc('month', {month_of}) AS month FROM contested) AS found
    ) AS months,
    (
        SELECT count(*)
        FROM (
            SELECT {keys}
            FROM contested SEMI JOIN {repeated} USING ({keys})
            GROUP BY {keys}
            HAVING date_trunc('month', min({month_of})) <> date_trunc('month', max({month_of}))
        ) AS disagreeing
    ) AS several
