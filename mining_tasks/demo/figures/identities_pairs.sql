-- Pairs of accounts: joined (one customer), true (one person), right (both). A cell of n accounts that share customer
-- and person holds n (n - 1) / 2 pairs, so counting groups is enough.
WITH cells AS (
    SELECT links.customer_id, accounts.person_id, count(*) AS n
    FROM core_identities__links AS links
    JOIN true_accounts AS accounts USING (source_code, account_id_source)
    GROUP BY ALL
),
customers AS (SELECT sum(n) AS n FROM cells GROUP BY customer_id),
persons AS (SELECT sum(n) AS n FROM cells GROUP BY person_id)

SELECT
    (SELECT CAST(sum(n * (n - 1)) / 2 AS BIGINT) FROM cells) AS "right",
    (SELECT CAST(sum(n * (n - 1)) / 2 AS BIGINT) FROM customers) AS joined,
    (SELECT CAST(sum(n * (n - 1)) / 2 AS BIGINT) FROM persons) AS "true"
