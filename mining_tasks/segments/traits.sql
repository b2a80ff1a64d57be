-- What sets segments of buyers apart: mean of each trait by segment, and over all buyers with its deviation (segment_id
-- missing). Money traits are those of buyers in `$currency`. Who has no order would only water the averages down.
WITH facts AS (
    SELECT
        s.segment_id,
        CAST(f.orders_count AS DOUBLE) AS orders_count,
        CAST(CASE WHEN s.currency = $currency THEN f.sales_amount END AS DOUBLE) AS sales_amount,
        CAST(CASE WHEN s.currency = $currency THEN f.basket_mean_amount END AS DOUBLE) AS basket_mean_amount,
        CAST(f.recency_days AS DOUBLE) AS recency_days,
        CAST(f.gap_mean_days AS DOUBLE) AS gap_mean_days,
        CAST(f.departments_count AS DOUBLE) AS departments_count,
        CAST(f.stores_count AS DOUBLE) AS stores_count,
        CAST(f.discount_share AS DOUBLE) AS discount_share,
        CAST(f.coupon_lines_share AS DOUBLE) AS coupon_lines_share,
        CAST(f.response_share AS DOUBLE) AS response_share,
        CAST(f.tickets_count AS DOUBLE) AS tickets_count,
        CAST(f.stars_mean AS DOUBLE) AS stars_mean
    FROM pub_segments__customers AS s
    INNER JOIN core_customers__features AS f ON f.customer_id = s.customer_id
    WHERE f.orders_count > 0
),
long AS (
    UNPIVOT facts
    ON orders_count, sales_amount, basket_mean_amount, recency_days, gap_mean_days, departments_count, stores_count,
        discount_share, coupon_lines_share, response_share, tickets_count, stars_mean
    INTO NAME trait VALUE amount
)
SELECT segment_id, trait, avg(amount) AS mean, stddev_pop(amount) AS deviation, count(*) AS known_count
FROM long
GROUP BY GROUPING SETS ((segment_id, trait), (trait))
ORDER BY trait, segment_id NULLS FIRST
