-- Whether every customer of the night stands in exactly one segment, and who placed those who bought.
WITH placed AS (
    SELECT customer_id, count(segment_id) AS segments, any_value(score_source) AS score_source
    FROM pub_segments__customers
    GROUP BY customer_id
)

SELECT
    count(*) FILTER (WHERE placed.segments IS DISTINCT FROM 1) AS astray,
    count(*) FILTER (WHERE known.orders_count > 0) AS buyers,
    count(*) FILTER (WHERE known.orders_count > 0 AND placed.score_source NOT IN ('rfm cells', 'rule: no order'))
        AS modelled
FROM core_customers__features AS known FULL JOIN placed USING (customer_id)
