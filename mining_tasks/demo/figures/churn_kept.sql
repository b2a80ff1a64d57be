-- Of the persons who had ordered `$days` days before the night: the share whom nothing but an order that a campaign
-- added kept from staying away until the night. Past it no campaign acts.
WITH counted AS (
    SELECT person_id, orders.day > moment.day - $days AS is_within, cause_code
    FROM truth_orders AS orders CROSS JOIN moment
    WHERE orders.day <= moment.day AND NOT is_test AND status_code <> 'cancelled'
),
persons AS (
    SELECT
        count_if(is_within) AS orders_count,
        count_if(is_within AND cause_code = 'own') AS own_orders_count
    FROM counted
    GROUP BY person_id
    HAVING bool_or(NOT is_within)
)

SELECT coalesce(avg(CAST(orders_count > 0 AND own_orders_count = 0 AS INTEGER)), 0) AS kept_share
FROM persons
