-- Customers whose profile says of orders, money and days what the truth's orders say of their accounts.
WITH bought AS (SELECT * FROM whose_orders),

by_currency AS (
    SELECT customer_id, currency, count(*) AS orders, sum(sales_e4) AS sales_e4 FROM bought GROUP BY ALL
),
main AS (
    SELECT * FROM by_currency QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY orders DESC, currency) = 1
),
facts AS (
    SELECT
        customer_id, count(*) AS orders_count,
        date_diff('day', max(order_date), $night) AS recency_days, date_diff('day', min(order_date), $night) AS tenure_days
    FROM bought GROUP BY customer_id
)

SELECT
    count(*) AS customers,
    count(*) FILTER (WHERE
        told.orders_count = coalesce(facts.orders_count, 0)
        AND told.recency_days IS NOT DISTINCT FROM facts.recency_days
        AND told.tenure_days IS NOT DISTINCT FROM facts.tenure_days
        AND told.currency IS NOT DISTINCT FROM main.currency
        AND CAST(told.sales_amount * 10000 AS HUGEINT) = coalesce(main.sales_e4, 0)
    ) AS alike
FROM pub_customers__profiles AS told
FULL JOIN facts USING (customer_id)
LEFT JOIN main USING (customer_id)
