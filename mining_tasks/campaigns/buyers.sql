-- A sample of those who ordered, as of the newest day of `facts`, with what their orders tell of their habits; the same
-- ones every night: ids are keyed hashes.
SELECT facts.*, habits.* EXCLUDE (customer_id, as_of_date, habit_worth)
FROM facts
JOIN habits ON habits.customer_id = facts.customer_id AND habits.as_of_date = facts.as_of_date
WHERE facts.as_of_date = (SELECT MAX(as_of_date) FROM facts)
ORDER BY facts.customer_id
LIMIT $rows
