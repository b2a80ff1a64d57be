-- What each campaign truly changed per treated contact of each type of person, and of all ("*").
--
-- Added orders: the mean of the planted probabilities. Prevented orders: of every own order in the window of a harmful
-- contact only the share 1 - h was left to happen, so each that happened stands for h / (1 - h) that did not. Net: after
-- an added order some leave and place no own order any more, so of it e^(-λ p t) is left over the window.

WITH own AS (
    SELECT person_id, clock_day FROM orders WHERE cause_code = 'own' AND NOT is_test
),

prevented AS (
    SELECT campaign_id, contacts.person_id, SUM(harm_share / (1 - harm_share)) AS orders_count
    FROM contacts
    JOIN own
        ON own.person_id = contacts.person_id
        AND own.clock_day >= contacted_day + 1
        AND own.clock_day < contacted_day + 1 + $window_days
    WHERE group_code = 'treated' AND harm_share > 0
    GROUP BY campaign_id, contacts.person_id
)

SELECT
    campaign_id,
    COALESCE(type_code, '*') AS type_code,
    COUNT(*) AS treated_count,
    AVG(felt_share) AS added_orders_per_contact,
    AVG(COALESCE(prevented.orders_count, 0)) AS prevented_orders_per_contact,
    AVG(felt_share * EXP(-purchase_rate * dropout_share * (ended.ended - begun.ended)) - COALESCE(prevented.orders_count, 0))
        AS net_orders_per_contact
FROM contacts
JOIN buying USING (person_id)
JOIN clock AS begun USING (type_code)
JOIN clock AS ended USING (type_code)
LEFT JOIN prevented USING (campaign_id, person_id)
WHERE group_code = 'treated' AND begun.day = contacted_day AND ended.day = contacted_day + $window_days
GROUP BY GROUPING SETS ((campaign_id, type_code), (campaign_id))
ORDER BY campaign_id, type_code
