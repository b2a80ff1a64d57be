-- Facts of the cut-offs with what came in the 90 days after each, in an order that does not hang on ids.
SELECT
    facts.*,
    habits.first_day,
    habits.habit_months,
    habits.habit_worth,
    habits.habit_departments,
    habits.habit_price,
    CASE WHEN outcomes.is_mature THEN outcomes.orders_count END AS came_orders_count,
    CASE WHEN outcomes.is_mature THEN outcomes.value_amount END AS came_value_amount
FROM facts
LEFT JOIN habits ON habits.customer_id = facts.customer_id AND habits.as_of_date = facts.as_of_date
LEFT JOIN outcomes
    ON outcomes.customer_id = facts.customer_id
    AND outcomes.as_of_date = facts.as_of_date
    AND outcomes.horizon_days = $horizon
ORDER BY
    facts.as_of_date, facts.tenure_days, facts.first_to_last_days, facts.orders_count, facts.value_amount,
    facts.sales_amount, facts.customer_id
