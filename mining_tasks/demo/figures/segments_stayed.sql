-- Customers of both nights, and those who stand in the same segment.
SELECT count(*) AS customers, count(*) FILTER (WHERE tonight.segment_id = earlier.segment_id) AS stayed
FROM pub_segments__customers AS tonight
JOIN pub_segments__customers_before AS earlier USING (customer_id)
