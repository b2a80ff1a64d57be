-- What each segment puts into its baskets: share of its spend by department, and over all buyers, in `$currency`;
-- and how many of its buyers buy there at all, since one heavy buyer is no habit of a segment.
WITH sizes AS (
    SELECT segment_id, count(*) AS buyers_count
    FROM pub_segments__customers
    WHERE currency = $currency AND orders_count > 0
    GROUP BY segment_id
),
spent AS (
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
SELECT
    shares.segment_id,
    shares.department,
    shares.share,
    shares.share_of_all,
    shares.share / shares.share_of_all AS lift,
    shares.customers_count,
    CAST(shares.customers_count AS DOUBLE) / sizes.buyers_count AS customers_share
FROM shares
INNER JOIN sizes ON sizes.segment_id = shares.segment_id
ORDER BY shares.segment_id, lift DESC, shares.department
