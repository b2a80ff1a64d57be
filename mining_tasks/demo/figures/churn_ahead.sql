-- One row per customer who has ordered and of whom a probability is told that runs out within the truth's year: the
-- true probability that she orders nothing until the due date, given her own rate and chance to leave (`silence`) and
-- given only what the shop could see of her and the habits of her type (`seen`), and whether she did not. Both know
-- how likely campaigns to come contact her, and neither whom they will.
WITH told AS (
    SELECT
        customer_id, CAST(churn_probability AS DOUBLE) AS probability, CAST(horizon_days AS INTEGER) AS days
    FROM pub_churn__customers
    WHERE churn_probability IS NOT NULL AND horizon_days BETWEEN 1 AND 365
),
shares AS (
    SELECT customer_id, person_id, sum(share) AS share FROM true_doors GROUP BY customer_id, person_id
),
-- what campaigns to come do to her: none of them adds an order, and how much less of the clock counts
moved AS (
    SELECT
        told.customer_id, shares.person_id,
        product(1 - treated_share * effect_share * window_share * share * (1 - $cancelled_share)) AS none_added,
        sum(treated_share * harm_share * passed) AS lost
    FROM told
    JOIN shares USING (customer_id)
    JOIN true_reach USING (person_id)
    JOIN true_windows USING (campaign_id, type_code, days)
    GROUP BY told.customer_id, shares.person_id
),
clocks AS (
    SELECT
        told.customer_id, shares.person_id, share * (1 - $cancelled_share) AS share,
        coalesce(none_added, 1) AS none_added,
        later.ended - now.ended - coalesce(lost, 0) AS coming
    FROM told
    JOIN shares USING (customer_id)
    JOIN true_state AS state USING (person_id)
    LEFT JOIN moved USING (customer_id, person_id)
    CROSS JOIN moment
    JOIN true_clock AS now ON now.type_code = state.type_code AND now.day = moment.day
    JOIN true_clock AS later ON later.type_code = state.type_code AND later.day = moment.day + told.days
),
expected AS (
    SELECT
        customer_id,
        product(silence_ahead(active_probability, rate, leaves, coming, share, none_added)) AS silence,
        product(
            silence_seen(
                orders_so_far - 1, own_orders_so_far, silent_for, age, unanswered, coming * share, none_added,
                r, alpha, a, b
            )
        ) AS seen
    FROM clocks
    JOIN true_state USING (person_id)
    JOIN true_habits USING (type_code)
    GROUP BY customer_id
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
