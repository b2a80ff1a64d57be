-- On a night without segments.
CREATE TEMP TABLE segments AS
SELECT '' AS customer_id, '' AS segment_id LIMIT 0
