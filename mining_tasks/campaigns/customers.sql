-- A sample of customers as of the newest day of `facts`, the same ones every night: ids are keyed hashes.
SELECT * FROM facts
WHERE as_of_date = (SELECT MAX(as_of_date) FROM facts)
ORDER BY customer_id
LIMIT $rows
