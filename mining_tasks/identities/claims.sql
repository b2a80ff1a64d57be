-- For every customer of the night before the cluster that holds most of her accounts: there she lives on, or there
-- she is merged into another. Where two parts are equal, the one with fewer accounts of others, then with the first
-- account. Customers of whom no account is left are not here.
WITH parts AS (
    SELECT
        clusters.cluster, before.customer_id,
        count(*) AS accounts_count, min(clusters.account) AS first_account
    FROM clusters
    JOIN accounts USING (account)
    JOIN links_around AS before USING (account_id)
    GROUP BY ALL
),

beside AS (
    SELECT *, sum(accounts_count) OVER (PARTITION BY cluster) - accounts_count AS of_others_count FROM parts
)

SELECT beside.customer_id, beside.cluster, beside.accounts_count, customers_around.known_since_date
FROM beside JOIN customers_around USING (customer_id)
QUALIFY row_number() OVER (
    PARTITION BY customer_id ORDER BY beside.accounts_count DESC, of_others_count, first_account
) = 1
