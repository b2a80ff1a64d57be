-- One row per customer who has ordered and of whom a probability is told that runs out within the truth's year: the
-- true probability that she orders nothing until the due date, and whether she did not.
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
        ) AS silence
    FROM told
    JOIN shares USING (customer_id)
    JOIN true_state AS state USING (person_id)
    CROSS JOIN moment
    JOIN true_clock AS now ON now.type_code = state.type_code AND now.day = moment.day
    JOIN true_clock AS later ON later.type_code = state.type_code AND later.day = moment.day + told.days
    GROUP BY told.customer_id
),
came AS (
    SELECT DISTINCT told.customer_id
    FROM told JOIN true_coming AS coming ON coming.customer_id = told.customer_id AND after_days <= told.days
)

SELECT told.customer_id, days, probability, silence, came.customer_id IS NULL AS is_silent
FROM told
JOIN expected USING (customer_id)
LEFT JOIN came USING (customer_id)
ORDER BY told.customer_id
