-- Pairs of accounts: joined (one customer), true (one person), right (both). A cell of n accounts that share customer
-- and person holds n (n - 1) / 2 pairs, so counting groups is enough.
-- Pairs of one customer, or of one person, go right or wrong together: `…_cases` is how many of equal size would tell as
-- much as these do (Kish, Survey Sampling, 1965: the square of the sum by the sum of squares).
WITH cells AS (
    SELECT links.customer_id, accounts.person_id, count(*) AS n
    FROM core_identities__links AS links
    JOIN true_accounts AS accounts USING (source_code, account_id_source)
    GROUP BY ALL
),
customers AS (SELECT sum(n) * (sum(n) - 1) / 2 AS pairs FROM cells GROUP BY customer_id),
persons AS (SELECT sum(n) * (sum(n) - 1) / 2 AS pairs FROM cells GROUP BY person_id)

SELECT
    (SELECT CAST(sum(n * (n - 1)) / 2 AS BIGINT) FROM cells) AS "right",
    (SELECT CAST(sum(pairs) AS BIGINT) FROM customers) AS joined,
    (SELECT CAST(sum(pairs) AS BIGINT) FROM persons) AS "true",
    (SELECT sum(pairs) ^ 2 / nullif(sum(pairs ^ 2), 0) FROM customers) AS joined_cases,
    (SELECT sum(pairs) ^ 2 / nullif(sum(pairs ^ 2), 0) FROM persons) AS true_cases
