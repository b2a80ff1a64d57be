-- One row per past campaign and customer whom it contacted or held out: what was known the day before, what came.
-- `habits` is what `experiments.habits.shown` made.
SELECT
    people.* EXCLUDE (customer),
    COALESCE(history.same_contacts_count, 0) AS same_contacts_count,
    COALESCE(history.same_responses_count, 0) AS same_responses_count,
    CAST(history.same_last_days AS DOUBLE) AS same_last_days,
    tastes.* EXCLUDE (customer, as_of_date),
    facts.* EXCLUDE (customer_id, as_of_date),
    habits.* EXCLUDE (customer_id, as_of_date, habit_worth)
FROM people
JOIN facts ON facts.customer_id = people.customer_id AND facts.as_of_date = people.as_of_date
LEFT JOIN habits ON habits.customer_id = people.customer_id AND habits.as_of_date = people.as_of_date
LEFT JOIN history
    ON history.customer = people.customer
    AND history.as_of_date = people.as_of_date
    AND history.campaign_code = people.campaign_code
LEFT JOIN tastes ON tastes.customer = people.customer AND tastes.as_of_date = people.as_of_date
ORDER BY people.as_of_date, people.campaign_id_crm, people.customer_id
