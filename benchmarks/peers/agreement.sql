-- Pairs of accounts: truly one person, said to be one, and both.
WITH truth AS (
    SELECT DISTINCT source_code, CAST(account_id AS VARCHAR) AS account_id_source, person_id FROM read_parquet($truth)
),

placed AS (
    SELECT truth.person_id, found.customer_id
    FROM truth JOIN found USING (source_code, account_id_source)
)

SELECT
    (SELECT coalesce(sum(n * (n - 1) // 2), 0) FROM (SELECT count(*) AS n FROM placed GROUP BY person_id)),
    (SELECT coalesce(sum(n * (n - 1) // 2), 0) FROM (SELECT count(*) AS n FROM placed GROUP BY customer_id)),
    (SELECT coalesce(sum(n * (n - 1) // 2), 0) FROM (SELECT count(*) AS n FROM placed GROUP BY person_id, customer_id))
