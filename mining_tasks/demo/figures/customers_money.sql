-- Sales by currency as the profiles tell them, and as the truth's orders give them by the same rule: a customer's
-- amounts hold the currency of most of her orders alone, the first by name among equals.
WITH bought AS (
    SELECT customer_id, currency, count(*) AS orders, sum(sales_e4) AS sales_e4 FROM whose_orders GROUP BY ALL
),
main AS (
    SELECT * FROM bought QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY orders DESC, currency) = 1
),
true_sums AS (SELECT currency, sum(sales_e4) AS sales_e4 FROM main GROUP BY currency),
told_sums AS (
    SELECT currency, sum(CAST(sales_amount * 10000 AS HUGEINT)) AS sales_e4
    FROM pub_customers__profiles WHERE sales_amount <> 0 GROUP BY currency
)

SELECT
    coalesce(currency, 'none') AS currency,
    CAST((coalesce(told_sums.sales_e4, 0) - coalesce(true_sums.sales_e4, 0)) / 10000 AS DOUBLE) AS difference
FROM true_sums FULL JOIN told_sums USING (currency)
ORDER BY ALL
