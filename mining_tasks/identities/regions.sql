-- The country (ISO 3166) in which each account is read, its phone and its names: its own, else `$country` of
-- sources.toml, else the one in which its surname, then its given name is commonest, else the shop's commonest.
WITH called AS (
    SELECT account, country, given.joined AS given, family.joined AS surname
    FROM written
    LEFT JOIN names AS given ON given.name = written.given_name
    LEFT JOIN names AS family ON family.name = written.surname
),

counted AS (
    SELECT 'surname' AS kind, surname AS name, country, count(*) AS accounts FROM called WHERE country IS NOT NULL GROUP BY ALL
    UNION ALL
    SELECT 'given', given, country, count(*) FROM called WHERE country IS NOT NULL GROUP BY ALL
    UNION ALL
    SELECT 'any', '', country, count(*) FROM called WHERE country IS NOT NULL GROUP BY ALL
),

commonest AS (
    SELECT kind, name, country
    FROM counted
    QUALIFY row_number() OVER (PARTITION BY kind, name ORDER BY accounts DESC, country) = 1
)

SELECT
    called.account,
    coalesce(called.country, $country, by_surname.country, by_given.country, usual.country, '') AS region
FROM called
LEFT JOIN commonest AS by_surname ON by_surname.kind = 'surname' AND by_surname.name = called.surname
LEFT JOIN commonest AS by_given ON by_given.kind = 'given' AND by_given.name = called.given
LEFT JOIN commonest AS usual ON usual.kind = 'any'
