-- One row per customer who has ordered and of whom a value is told: the value in EUR, and what the truth says of it on
-- the same basis (margin as the shop's books know it, or sales where the row says so). `true_…`: to be expected of the
-- latent rate, chance to leave and value of the person behind her, given all that happened, and of campaigns to come,
-- which contact her as likely as they do; `came_…`: what then came.
-- Amounts of another currency than the row's are no part of it, as they are none of hers.
WITH told AS (
    SELECT
        customer_id, currency, value_basis_code, coalesce(score_source, '') AS score_source,
        CASE value_basis_code WHEN 'sales' THEN 'sales' ELSE 'books' END AS basis,
        CAST(value_90_days_amount AS DOUBLE) / per_eur AS value_90,
        CAST(value_90_days_low_amount AS DOUBLE) / per_eur AS low_90,
        CAST(value_90_days_high_amount AS DOUBLE) / per_eur AS high_90,
        CAST(value_365_days_amount AS DOUBLE) / per_eur AS value_365,
        CAST(value_365_days_low_amount AS DOUBLE) / per_eur AS low_365,
        CAST(value_365_days_high_amount AS DOUBLE) / per_eur AS high_365,
        CAST(orders_expected_365_days AS DOUBLE) AS orders_365,
        active_probability
    FROM pub_lifetime_value__customers JOIN true_rates USING (currency)
),
shares AS (
    SELECT customer_id, person_id, sum(share) AS share FROM true_doors GROUP BY customer_id, person_id
),
-- what campaigns to come do to each person: no order that they add is her last, and how much less of her clock counts
moved AS (
    SELECT
        person_id, days,
        product(1 - leaves * treated_share * effect_share * window_share) AS stays,
        sum(treated_share * harm_share * passed) AS lost
    FROM true_reach
    JOIN true_windows USING (campaign_id, type_code)
    JOIN (SELECT person_id, leaves FROM true_state) USING (person_id)
    WHERE days IN (SELECT DISTINCT days FROM true_worth)
    GROUP BY person_id, days
),
ahead AS (
    SELECT
        state.person_id, state.type_code, later.day - moment.day AS days, value_mean,
        orders_ahead(
            active_probability, rate, leaves, later.ended - now.ended - coalesce(lost, 0), coalesce(stays, 1)
        ) AS orders
    FROM true_state AS state
    CROSS JOIN moment
    JOIN true_clock AS now ON now.type_code = state.type_code AND now.day = moment.day
    JOIN true_clock AS later ON later.type_code = state.type_code
    LEFT JOIN moved ON moved.person_id = state.person_id AND moved.days = later.day - moment.day
    WHERE later.day - moment.day IN (SELECT DISTINCT days FROM true_worth)
),
expected AS (
    SELECT
        told.customer_id, worth.days,
        sum(share * orders) AS orders,
        sum(share * orders * (fixed_minor + per_factor_minor * value_mean) / 100) AS eur
    FROM told
    JOIN shares USING (customer_id)
    JOIN ahead USING (person_id)
    JOIN truth_persons AS persons ON persons.person_id = shares.person_id AND persons.currency = told.currency
    JOIN true_worth AS worth
        ON worth.type_code = ahead.type_code AND worth.days = ahead.days AND worth.currency = told.currency
        AND worth.basis = told.basis
    GROUP BY told.customer_id, worth.days
),
came AS (
    SELECT
        told.customer_id,
        sum(CASE basis WHEN 'sales' THEN sales_eur ELSE books_eur END) FILTER (after_days <= 90) AS eur_90,
        sum(CASE basis WHEN 'sales' THEN sales_eur ELSE books_eur END) AS eur_365
    FROM told JOIN true_coming AS coming USING (customer_id, currency)
    GROUP BY told.customer_id
)

SELECT
    told.*,
    quarter.eur AS true_90, year.eur AS true_365, year.orders AS true_orders_365,
    coalesce(came.eur_90, 0) AS came_90, coalesce(came.eur_365, 0) AS came_365
FROM told
JOIN expected AS quarter ON quarter.customer_id = told.customer_id AND quarter.days = 90
JOIN expected AS year ON year.customer_id = told.customer_id AND year.days = 365
LEFT JOIN came ON came.customer_id = told.customer_id
ORDER BY told.customer_id
