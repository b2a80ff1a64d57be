-- One row per customer who has ordered and of whom a probability is told that runs out within the truth's year: the
-- true probability that she orders nothing until the due date, given her own rate and chance to leave (`silence`) and
-- given only what the shop could see of her and the habits of her type (`seen`), and whether she did not.
WITH told AS (
    SELECT
        customer_id, CAST(churn_probability AS DOUBLE) AS probability, CAST(horizon_days AS INTEGER) AS days
    FROM pub_churn__customers
    WHERE churn_probability IS NOT NULL AND horizon_days BETWEEN 1 AND 365
),
shares AS (
    SELECT customer_id, person_id, sum(share) AS share FROM true_doors GROUP BY customer_id, person_id
),
expected AS (
    SELECT
        told.customer_id,
        product(
            silence_ahead(
                state.active_probability, rate, leaves, later.ended - now.ended, share * (1 - $cancelled_share)
            )
        ) AS silence,
        product(
            silence_seen(
                own_orders_so_far - 1, silent_for, age,
                (later.ended - now.ended) * share * (1 - $cancelled_share), r, alpha, a, b
            )
        ) AS seen
    FROM told
    JOIN shares USING (customer_id)
    JOIN true_state AS state USING (person_id)
    JOIN true_habits USING (type_code)
    CROSS JOIN moment
    JOIN true_clock AS now ON now.type_code = state.type_code AND now.day = moment.day
    JOIN true_clock AS later ON later.type_code = state.type_code AND later.day = moment.day + told.days
    GROUP BY told.customer_id
),
came AS (
    SELECT DISTINCT told.customer_id
    FROM told JOIN true_coming AS coming ON coming.customer_id = told.customer_id AND after_days <= told.days
)

SELECT told.customer_id, days, probability, silence, seen, came.customer_id IS NULL AS is_silent
FROM told
JOIN expected USING (customer_id)
LEFT JOIN came USING (customer_id)
ORDER BY told.customer_id
