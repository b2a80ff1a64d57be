-- Some of tonight's customers: ids are keyed hashes, so the first of them are a fair sample.
SELECT facts.*, habits.first_day, habits.habit_months, habits.habit_departments, habits.habit_price
FROM facts
LEFT JOIN habits ON habits.customer_id = facts.customer_id AND habits.as_of_date = facts.as_of_date
WHERE facts.as_of_date = $night
ORDER BY facts.customer_id
LIMIT $rows
