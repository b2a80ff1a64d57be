-- One row per customer as of tonight: what is known of her, and of her past with each offer as parallel lists.
SELECT
    facts.*,
    habits.* EXCLUDE (customer_id, as_of_date),
    tastes.* EXCLUDE (customer, as_of_date),
    had.codes,
    had.contacts,
    had.responses,
    had.last_days
FROM facts
JOIN (SELECT DISTINCT customer, customer_id FROM known_accounts) AS links ON links.customer_id = facts.customer_id
LEFT JOIN tastes ON tastes.customer = links.customer AND tastes.as_of_date = facts.as_of_date
LEFT JOIN (
    SELECT
        customer,
        LIST(campaign_code ORDER BY campaign_code) AS codes,
        LIST(same_contacts_count ORDER BY campaign_code) AS contacts,
        LIST(same_responses_count ORDER BY campaign_code) AS responses,
        LIST(same_last_days ORDER BY campaign_code) AS last_days
    FROM history
    GROUP BY customer
) AS had ON had.customer = links.customer
LEFT JOIN habits ON habits.customer_id = facts.customer_id AND habits.as_of_date = facts.as_of_date
WHERE facts.as_of_date = $night
ORDER BY facts.customer_id
