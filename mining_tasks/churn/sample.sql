-- Some of tonight's customers: ids are keyed hashes, so the first of them are a fair sample.
SELECT * FROM facts WHERE as_of_date = $night ORDER BY customer_id LIMIT $rows
