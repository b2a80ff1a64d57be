-- How common the values of each account are in its country, in classes: 0 from one account in 2^6 on, 1 from one in
-- 2^8, and so on to 5, rarer than one in 2^14. Shares are taken of at least `$least_accounts`. A given name is established
-- from `$established` bearers on, if not of the rarest class: no slip of the fingers is made so often.
WITH sizes AS (SELECT region, greatest(count(*), $least_accounts) AS accounts FROM accounts GROUP BY region),

counted AS (
    SELECT 'given' AS field, region, given_joined AS value, count(*) AS carriers FROM accounts GROUP BY ALL
    UNION ALL SELECT 'surname', region, family_joined, count(*) FROM accounts GROUP BY ALL
    UNION ALL SELECT 'birth', region, born, count(*) FROM accounts GROUP BY ALL
    UNION ALL SELECT 'street', region, street, count(*) FROM accounts GROUP BY ALL
    UNION ALL SELECT 'postcode', region, postcode, count(*) FROM accounts GROUP BY ALL
    UNION ALL SELECT 'city', region, city, count(*) FROM accounts GROUP BY ALL
),

-- two who both write Steffi are as surely one as two who write Stefanie, no surer: a short form is as common as the
-- commonest name that it may stand for
short_for AS (
    SELECT form.word AS value, counted.region, max(counted.carriers) AS carriers
    FROM nicknames AS form
    JOIN nicknames AS whole ON whole.line = form.line AND length(whole.word) > length(form.word)
    JOIN counted ON counted.field = 'given' AND counted.value = whole.word
    GROUP BY ALL
),

classed AS MATERIALIZED (
    SELECT
        field, counted.region, counted.value, counted.carriers,
        log2(accounts / greatest(counted.carriers, short_for.carriers)) AS rarity,
        CAST(least(5, greatest(0, ceil((rarity - 6) / 2))) AS TINYINT) AS class
    FROM counted
    JOIN sizes ON sizes.region = counted.region
    LEFT JOIN short_for
        ON counted.field = 'given' AND short_for.region = counted.region AND short_for.value = counted.value
    WHERE counted.value IS NOT NULL
)

SELECT
    account,
    given.class AS given_class,
    given.carriers >= $established AND given.class < 5 AS is_given_established,
    surname.class AS surname_class,
    birth.class AS birth_class,
    streets.class AS street_class,
    postcodes.class AS postcode_class,
    cities.class AS city_class
FROM accounts
LEFT JOIN classed AS given
    ON given.field = 'given' AND given.region = accounts.region AND given.value = accounts.given_joined
LEFT JOIN classed AS surname
    ON surname.field = 'surname' AND surname.region = accounts.region AND surname.value = accounts.family_joined
LEFT JOIN classed AS birth
    ON birth.field = 'birth' AND birth.region = accounts.region AND birth.value = accounts.born
LEFT JOIN classed AS streets
    ON streets.field = 'street' AND streets.region = accounts.region AND streets.value = accounts.street
LEFT JOIN classed AS postcodes
    ON postcodes.field = 'postcode' AND postcodes.region = accounts.region AND postcodes.value = accounts.postcode
LEFT JOIN classed AS cities
    ON cities.field = 'city' AND cities.region = accounts.region AND cities.value = accounts.city
