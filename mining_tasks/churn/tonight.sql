-- Tonight's facts, in the order of the published table's key.
SELECT * FROM facts WHERE as_of_date = $night ORDER BY customer_id
