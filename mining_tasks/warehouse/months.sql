-- The months that have news, and how many keys have versions in more than one month.
SELECT
    (SELECT list(DISTINCT strftime({month_of}, '%Y-%m')) FROM contested) AS months,
    (
        SELECT count(*)
        FROM (
            SELECT {keys}
            FROM contested
            GROUP BY {keys}
            HAVING min(strftime({month_of}, '%Y-%m')) <> max(strftime({month_of}, '%Y-%m'))
        ) AS disagreeing
    ) AS several
