-- How common the values of each account are in its country, in classes: 0 from one account in 2^6 on, 1 from one in
-- 2^8, and so on to 5, rarer than one in 2^14. Shares are taken of at least `$least_accounts`. A given name is established
-- from `$established` bearers on, if not of the rarest class: no slip of the fingers is made so often.
WITH sizes AS (SELECT region, greatest(count(*), $least_accounts) AS accounts FROM accounts GROUP BY region),

valued AS (UNPIVOT (
    SELECT account, region, given_joined AS given, family_joined AS surname, born AS birth, street, postcode, city
    FROM accounts
) ON given, surname, birth, street, postcode, city INTO NAME field VALUE value),

counted AS (SELECT field, region, value, count(*) AS carriers FROM valued GROUP BY ALL),

classed AS (
    SELECT
        field, region, value, carriers,
        CAST(least(5, greatest(0, ceil((log2(accounts / carriers) - 6) / 2))) AS TINYINT) AS class
    FROM counted JOIN sizes USING (region)
)

SELECT
    account,
    max(class) FILTER (WHERE field = 'given') AS given_class,
    bool_or(carriers >= $established AND class < 5) FILTER (WHERE field = 'given') AS is_given_established,
    max(class) FILTER (WHERE field = 'surname') AS surname_class,
    max(class) FILTER (WHERE field = 'birth') AS birth_class,
    max(class) FILTER (WHERE field = 'street') AS street_class,
    max(class) FILTER (WHERE field = 'postcode') AS postcode_class,
    max(class) FILTER (WHERE field = 'city') AS city_class
FROM valued JOIN classed USING (field, region, value)
GROUP BY account
