-- What each segment puts into its baskets: share of its spend by department, and over all customers, in `$currency`.
WITH spent AS (
    SELECT s.segment_id, d.department, sum(d.sales_amount) AS sales_amount, count(*) AS customers_count
    FROM pub_segments__customers AS s
    INNER JOIN core_customers__departments AS d ON d.customer_id = s.customer_id
    WHERE s.currency = $currency AND d.sales_amount > 0
    GROUP BY s.segment_id, d.department
),
shares AS (
    SELECT
        segment_id,
        department,
        customers_count,
        CAST(sales_amount AS DOUBLE)
        / CAST(sum(sales_amount) OVER (PARTITION BY segment_id) AS DOUBLE) AS share,
        CAST(sum(sales_amount) OVER (PARTITION BY department) AS DOUBLE)
        / CAST(sum(sales_amount) OVER (PARTITION BY 1) AS DOUBLE) AS share_of_all
    FROM spent
)
SELECT segment_id, department, share, share_of_all, share / share_of_all AS lift, customers_count
FROM shares
ORDER BY segment_id, lift DESC, department
