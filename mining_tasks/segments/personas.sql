-- One row per segment of tonight, with figures that add up to those of all customers. Money is that of customers
-- who buy in `$currency`, the shop's most used one: amounts are never added over currencies.
WITH cells AS (
    SELECT segment_id, rfm_cell, count(*) AS customers_count
    FROM pub_segments__customers
    GROUP BY segment_id, rfm_cell
),
top_cells AS (
    SELECT segment_id, rfm_cell
    FROM (
        SELECT
            segment_id,
            rfm_cell,
            row_number() OVER (PARTITION BY segment_id ORDER BY customers_count DESC, rfm_cell) AS place
        FROM cells
    ) AS placed
    WHERE place = 1
),
figures AS (
    SELECT
        segment_id,
        min(segment_name) AS segment_name,
        min(score_source) AS score_source,
        count(*) AS customers_count,
        coalesce(sum(sales_amount) FILTER (WHERE currency = $currency), 0) AS sales_amount,
        coalesce(sum(orders_count) FILTER (WHERE currency = $currency), 0) AS sales_orders_count,
        median(recency_days) AS recency_median_days,
        CAST(sum(orders_count) AS DOUBLE) / count(*) AS orders_mean
    FROM pub_segments__customers
    GROUP BY segment_id
)
SELECT
    figures.segment_id,
    figures.segment_name,
    figures.score_source,
    figures.customers_count,
    CAST(figures.customers_count AS DOUBLE) / sum(figures.customers_count) OVER (PARTITION BY 1) AS customers_share,
    $currency AS currency,
    figures.sales_amount,
    CASE
        WHEN sum(figures.sales_amount) OVER (PARTITION BY 1) > 0
            THEN CAST(figures.sales_amount AS DOUBLE) / CAST(sum(figures.sales_amount) OVER (PARTITION BY 1) AS DOUBLE)
    END AS sales_share,
    figures.recency_median_days,
    figures.orders_mean,
    CASE
        WHEN figures.sales_orders_count > 0
            THEN CAST(figures.sales_amount AS DOUBLE) / figures.sales_orders_count
    END AS basket_mean_amount,
    top_cells.rfm_cell AS top_rfm_cell
FROM figures
INNER JOIN top_cells ON top_cells.segment_id = figures.segment_id
ORDER BY figures.segment_id
