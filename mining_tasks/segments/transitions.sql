-- One row per pair of segments between which customers moved or stayed. `before` is the last accepted night;
-- on the first night `$has_before` is false and everybody comes from nowhere.
WITH then_ AS (
    SELECT customer_id, segment_id, segment_name, orders_count, sales_amount FROM before WHERE $has_before
),
pairs AS (
    SELECT
        coalesce(then_.segment_id, 's_none') AS from_segment_id,
        coalesce(now_.segment_id, 's_none') AS to_segment_id,
        coalesce(then_.segment_name, 'not there') AS from_segment_name,
        coalesce(now_.segment_name, 'not there') AS to_segment_name,
        coalesce(then_.orders_count = now_.orders_count AND then_.sales_amount = now_.sales_amount, FALSE) AS is_alike
    FROM then_
    FULL OUTER JOIN pub_segments__customers AS now_ ON now_.customer_id = then_.customer_id
),
counted AS (
    SELECT
        from_segment_id,
        to_segment_id,
        min(from_segment_name) AS from_segment_name,
        min(to_segment_name) AS to_segment_name,
        count(*) AS customers_count,
        count(*) FILTER (WHERE is_alike) AS behaved_alike_count
    FROM pairs
    GROUP BY from_segment_id, to_segment_id
)
SELECT
    from_segment_id,
    to_segment_id,
    from_segment_name,
    to_segment_name,
    customers_count,
    CAST(customers_count AS DOUBLE) / sum(customers_count) OVER (PARTITION BY from_segment_id) AS from_share,
    behaved_alike_count
FROM counted
ORDER BY from_segment_id, to_segment_id
