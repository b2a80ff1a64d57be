-- Of one day whose 90 days are over: who could have ordered, and what came. Only what rules are made of.
SELECT
    facts.as_of_date, facts.orders_count, facts.active_days_count, facts.paid_orders_count, facts.repeats_count,
    facts.first_to_last_days, facts.tenure_days, facts.currency, facts.sales_amount, facts.value_amount,
    facts.basket_mean_amount, facts.account_age_code,
    CASE WHEN outcomes.is_mature THEN outcomes.orders_count END AS came_orders_count,
    CASE WHEN outcomes.is_mature THEN outcomes.value_amount END AS came_value_amount
FROM facts
LEFT JOIN outcomes
    ON outcomes.customer_id = facts.customer_id
    AND outcomes.as_of_date = facts.as_of_date
    AND outcomes.horizon_days = $horizon
WHERE facts.as_of_date = $day
