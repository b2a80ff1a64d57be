-- What is true of every customer at the end of a day: one row per person with an order by then.
--
-- Fader, Hardie, Lee (Marketing Science 24(2), 2005) give the likelihood of x repeat orders, the last at t_x, of a
-- person observed for T whose rate λ and chance to leave p are known:
--     active at T:   (1 - p)^x λ^x e^(-λ T)              left after the last:   p (1 - p)^(x-1) λ^x e^(-λ t_x), x > 0
-- so P(active | λ, p, x, t_x, T) = 1 / (1 + p / (1 - p) e^(λ (T - t_x))) for x > 0, and 1 for x = 0 unless the coin is
-- tossed after the first order too. Whom contacts of effect e_j reached in that silence was silent, if active, with
-- Π (1 - e_j) less probability (`unanswered`), each counted for the share of its window that has passed.
-- Every order, her own or an added one, is her last with the chance p; so as many are to be expected within s as the
-- probability to leave within s over p: E[X(s)] = (1 - e^(-λ p s) Π (1 - e_j p)) / p if active, over contacts to come.
-- T - t_x and s are measured on the clock of her type, less the share that harmful contacts prevent.

WITH ordered AS (
    SELECT person_id, clock_day, cause_code, campaign_id, margin_minor * eur_per_minor AS margin_eur
    FROM orders
    JOIN currencies USING (currency)
    WHERE NOT is_test
),

history AS (
    SELECT
        person_id, COUNT(*) AS orders_count, COUNT(*) FILTER (cause_code = 'own') AS own_orders_count,
        MIN(clock_day) AS first_clock_day, MAX(clock_day) AS last_clock_day
    FROM ordered
    WHERE clock_day < $day + 1
    GROUP BY person_id
),

-- One row per contact that adds an order with some probability and has not by the night: the share of its window that
-- had passed by her last order, by the night, and will have by the horizon.
answering AS (
    SELECT
        person_id, effect_share,
        GREATEST(0, LEAST(1, (last_clock_day - contacted_day - 1) / $window_days)) AS by_last,
        GREATEST(0, LEAST(1, ($day - contacted_day) / $window_days)) AS by_now,
        GREATEST(0, LEAST(1, ($day + $horizon - contacted_day) / $window_days)) AS by_then
    FROM contacts
    JOIN history USING (person_id)
    LEFT JOIN ordered AS answer USING (person_id, campaign_id)
    WHERE group_code = 'treated' AND effect_share > 0
        AND (answer.clock_day IS NULL OR answer.clock_day >= $day + 1)
),

answers AS (
    SELECT
        person_id,
        PRODUCT((1 - effect_share * by_now) / (1 - effect_share * by_last)) AS unanswered,
        PRODUCT(1 - leaves * effect_share * (by_then - by_now) / (1 - effect_share * by_now)) AS stays
    FROM answering
    JOIN (SELECT person_id, dropout_share AS leaves FROM buying) USING (person_id)
    GROUP BY person_id
),

-- One row per person and day on which contacts put her off: the share of the day's orders that still happens.
put_off AS (
    SELECT person_id, day, EXP(SUM(LN(1 - harm_share))) AS happens_share
    FROM (
        SELECT person_id, harm_share, UNNEST(RANGE(contacted_day + 1, contacted_day + 1 + $window_days)) AS day
        FROM contacts
        WHERE group_code = 'treated' AND harm_share > 0
    )
    GROUP BY person_id, day
),

-- How much less of the clock counts, since the last order and in the days to come.
lost AS (
    SELECT
        history.person_id,
        SUM((1 - happens_share) * speed
            * GREATEST(0, LEAST(put_off.day, $day) + 1 - GREATEST(put_off.day, last_clock_day))) AS passed,
        SUM((1 - happens_share) * speed
            * GREATEST(0, LEAST(put_off.day, $day) + 1 - GREATEST(put_off.day, first_clock_day))) AS in_all,
        SUM((1 - happens_share) * speed) FILTER (put_off.day > $day AND put_off.day <= $day + $horizon) AS coming
    FROM history
    JOIN put_off USING (person_id)
    JOIN buying USING (person_id)
    JOIN clock ON clock.type_code = buying.type_code AND clock.day = put_off.day
    GROUP BY history.person_id
),

known AS (
    SELECT
        history.person_id, type_code, orders_count, own_orders_count, value_mean,
        purchase_rate AS rate,
        dropout_share AS leaves,
        dropped_out_day IS NULL OR dropped_out_day > $day AS is_active,
        now.ended - last.ended + last.speed * (FLOOR(last_clock_day) + 1 - last_clock_day)
            - COALESCE(lost.passed, 0) AS silent_for,
        now.ended - first.ended + first.speed * (FLOOR(first_clock_day) + 1 - first_clock_day)
            - COALESCE(lost.in_all, 0) AS age,
        horizon.ended - now.ended - COALESCE(lost.coming, 0) AS coming,
        COALESCE(unanswered, 1) AS unanswered,
        COALESCE(stays, 1) AS stays
    FROM history
    JOIN buying USING (person_id)
    LEFT JOIN lost USING (person_id)
    LEFT JOIN answers USING (person_id)
    JOIN clock AS first USING (type_code)
    JOIN clock AS last USING (type_code)
    JOIN clock AS now USING (type_code)
    JOIN clock AS horizon USING (type_code)
    WHERE first.day = FLOOR(first_clock_day) AND last.day = FLOOR(last_clock_day) AND now.day = $day AND horizon.day = $day + $horizon
),

-- The margin of an order grows evenly with the person's value; the line is drawn through all orders of the type.
margins AS (
    SELECT
        type_code,
        COALESCE(REGR_SLOPE(margin_eur, value_mean), 0) AS slope,
        AVG(margin_eur) - COALESCE(REGR_SLOPE(margin_eur, value_mean), 0) * AVG(value_mean) AS intercept
    FROM ordered
    JOIN buying USING (person_id)
    GROUP BY type_code
),

happened AS (
    SELECT person_id, COUNT(*) AS orders_count, SUM(margin_eur) AS margin_eur
    FROM ordered
    WHERE clock_day >= $day + 1 AND clock_day < $day + 1 + $horizon
    GROUP BY person_id
),

expected AS (
    SELECT
        *,
        CASE
            WHEN orders_count = 1 AND NOT $leaves_after_first THEN 1.0
            ELSE 1 / (1 + leaves / (1 - leaves) * EXP(LEAST(rate * silent_for, 700)) / unanswered)
        END AS active_probability,
        (1 - EXP(-rate * leaves * coming) * stays) / leaves AS orders_if_active
    FROM known
)

SELECT
    expected.person_id,
    type_code,
    value_mean,
    rate,
    leaves,
    active_probability,
    is_active,
    expected.orders_count AS orders_so_far,
    expected.own_orders_count AS own_orders_so_far,
    silent_for,
    age,
    unanswered,
    active_probability * orders_if_active AS expected_orders_count,
    active_probability * orders_if_active * (intercept + slope * value_mean) AS expected_margin_eur,
    COALESCE(happened.orders_count, 0) AS orders_count,
    COALESCE(happened.margin_eur, 0.0) AS margin_eur
FROM expected
JOIN margins USING (type_code)
LEFT JOIN happened USING (person_id)
ORDER BY expected.person_id
