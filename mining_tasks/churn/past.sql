-- One row per customer and earlier day: what was known of her by then, and after how many days her next order came
-- (missing if none has come). `outcomes` looks strictly after the day.
SELECT
    facts.*, habits.first_day, habits.habit_months, habits.habit_departments, habits.habit_price, outcomes.next_order_days
FROM facts
LEFT JOIN outcomes
    ON outcomes.customer_id = facts.customer_id AND outcomes.as_of_date = facts.as_of_date
LEFT JOIN habits ON habits.customer_id = facts.customer_id AND habits.as_of_date = facts.as_of_date
WHERE facts.as_of_date < $night
ORDER BY facts.as_of_date, facts.customer_id
