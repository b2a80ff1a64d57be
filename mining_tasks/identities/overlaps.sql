-- For each cluster the customers its accounts belonged to before, best claim first: most accounts, then the older
-- customer, then the smaller id; a customer who falls apart stays with the largest part, then with her first account.
SELECT cluster, customer_id, known_since_date
FROM (
    SELECT
        clusters.cluster, before.customer_id, customers_before.known_since_date,
        count(*) AS accounts_count, min(clusters.account) AS first_account
    FROM clusters
    JOIN accounts USING (account)
    JOIN links_before AS before USING (account_id)
    JOIN customers_before USING (customer_id)
    GROUP BY ALL
)
ORDER BY accounts_count DESC, known_since_date, customer_id, first_account
