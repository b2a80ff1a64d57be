-- The segment of each customer on the night of the prediction.
CREATE TEMP TABLE segments AS
SELECT customer_id, segment_id FROM {segments}
