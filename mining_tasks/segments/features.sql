-- One row per customer as of the night: what segments are made of, and RFM scores from 1 to 5 (0 without an order).
-- A score is the fifth in which the middle of her ties stands, so equal customers score alike; spend is ranked
-- within a currency.
WITH buyers AS (
    SELECT customer_id, coalesce(currency, '') AS currency, recency_days, orders_count, sales_amount
    FROM core_customers__features
    WHERE orders_count > 0 AND recency_days IS NOT NULL
),
ranked AS (
    SELECT
        customer_id,
        2 * (rank() OVER (ORDER BY recency_days DESC) - 1) + count(*) OVER (PARTITION BY recency_days) AS recency_place,
        2 * (rank() OVER (ORDER BY orders_count) - 1) + count(*) OVER (PARTITION BY orders_count) AS orders_place,
        2 * (rank() OVER (PARTITION BY currency ORDER BY sales_amount) - 1)
        + count(*) OVER (PARTITION BY currency, sales_amount) AS sales_place,
        2 * count(*) OVER (PARTITION BY 1) AS places,
        2 * count(*) OVER (PARTITION BY currency) AS sales_places
    FROM buyers
),
scores AS (
    SELECT
        customer_id,
        least(5, 1 + floor(CAST(5 * recency_place AS DOUBLE) / places)) AS recency_score,
        least(5, 1 + floor(CAST(5 * orders_place AS DOUBLE) / places)) AS frequency_score,
        least(5, 1 + floor(CAST(5 * sales_place AS DOUBLE) / sales_places)) AS monetary_score
    FROM ranked
)
SELECT
    c.customer_id,
    coalesce(c.currency, '') AS currency,
    CASE WHEN c.orders_count > 0 THEN c.recency_days END AS recency_days,
    c.tenure_days,
    c.orders_count,
    c.sales_amount,
    c.departments_count,
    scores.customer_id IS NOT NULL AS is_buyer,
    CAST(coalesce(scores.recency_score, 0) AS BIGINT) AS recency_score,
    CAST(coalesce(scores.frequency_score, 0) AS BIGINT) AS frequency_score,
    CAST(coalesce(scores.monetary_score, 0) AS BIGINT) AS monetary_score
FROM core_customers__features AS c
LEFT JOIN scores ON scores.customer_id = c.customer_id
ORDER BY c.customer_id
