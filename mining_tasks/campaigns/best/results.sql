-- What came of each past campaign, as of the end of the night. Sums are of whole numbers and decimals, so that they are
-- the same in whatever order their rows come. A window begins with her contact; for those held out by chance
-- when she would have been contacted, for our stable group at the campaign's mean instant. `held_out` names, for
-- campaigns that were chosen by us, whom they were chosen for and who was held out of them; `bought` and `basis` are
-- those of bought.sql.
CREATE TEMP TABLE offers AS
SELECT
    UNNEST($campaigns) AS campaign_id_crm,
    UNNEST($codes) AS campaign_code,
    UNNEST($windows) AS window_days,
    CAST(UNNEST($costs) AS DECIMAL(18, 4)) AS contact_cost_amount,
    UNNEST($currencies) AS cost_currency;

CREATE TEMP TABLE reached AS
SELECT
    contacts.campaign_id_crm,
    links.customer_id,
    COUNT(*) AS contacts_count,
    MIN(EPOCH(contacts.contacted_at)) AS began,
    MAX(CASE WHEN contacts.responded_at < $night_end THEN 1 ELSE 0 END) AS has_responded
FROM core_crm__campaign_contacts AS contacts
JOIN core_identities__links AS links
    ON links.source_code = 'crm' AND links.account_id_source = contacts.contact_id_crm
WHERE contacts.contacted_at < $night_end
GROUP BY contacts.campaign_id_crm, links.customer_id;

CREATE TEMP TABLE left_out AS
SELECT controls.campaign_id_crm, links.customer_id, MIN(EPOCH(controls.held_out_at)) AS began
FROM core_crm__campaign_controls AS controls
JOIN core_identities__links AS links
    ON links.source_code = 'crm' AND links.account_id_source = controls.contact_id_crm
WHERE controls.held_out_at < $night_end
GROUP BY controls.campaign_id_crm, links.customer_id;

-- Whom each campaign is compared by: by its own random group if it has one, else by our stable one.
CREATE TEMP TABLE compared AS
WITH by_chance AS (
    SELECT DISTINCT campaign_id_crm FROM left_out
),

means AS (
    SELECT campaign_id_crm, AVG(CAST(FLOOR(began) AS BIGINT)) AS began FROM reached GROUP BY campaign_id_crm
)

SELECT reached.campaign_id_crm, reached.customer_id, reached.began, 1 AS is_contacted, 'random' AS control_code
FROM reached
JOIN by_chance ON by_chance.campaign_id_crm = reached.campaign_id_crm
LEFT JOIN left_out
    ON left_out.campaign_id_crm = reached.campaign_id_crm AND left_out.customer_id = reached.customer_id
WHERE left_out.customer_id IS NULL
UNION ALL
SELECT left_out.campaign_id_crm, left_out.customer_id, left_out.began, 0 AS is_contacted, 'random' AS control_code
FROM left_out
LEFT JOIN reached
    ON reached.campaign_id_crm = left_out.campaign_id_crm AND reached.customer_id = left_out.customer_id
WHERE reached.customer_id IS NULL
UNION ALL
SELECT reached.campaign_id_crm, reached.customer_id, reached.began, 1 AS is_contacted, 'held out' AS control_code
FROM reached
JOIN held_out
    ON held_out.campaign_id_crm = reached.campaign_id_crm
    AND held_out.customer_id = reached.customer_id
    AND NOT held_out.is_holdout
LEFT JOIN by_chance ON by_chance.campaign_id_crm = reached.campaign_id_crm
WHERE by_chance.campaign_id_crm IS NULL
UNION ALL
SELECT held_out.campaign_id_crm, held_out.customer_id, means.began, 0 AS is_contacted, 'held out' AS control_code
FROM held_out
JOIN means ON means.campaign_id_crm = held_out.campaign_id_crm
LEFT JOIN by_chance ON by_chance.campaign_id_crm = held_out.campaign_id_crm
LEFT JOIN reached
    ON reached.campaign_id_crm = held_out.campaign_id_crm AND reached.customer_id = held_out.customer_id
WHERE held_out.is_holdout AND by_chance.campaign_id_crm IS NULL AND reached.customer_id IS NULL
UNION ALL
-- what the contacted did is told even where there is nobody to compare them with
SELECT reached.campaign_id_crm, reached.customer_id, reached.began, 1 AS is_contacted, 'none' AS control_code
FROM reached
WHERE reached.campaign_id_crm NOT IN (SELECT campaign_id_crm FROM by_chance)
    AND reached.campaign_id_crm NOT IN (SELECT campaign_id_crm FROM held_out);

CREATE TEMP TABLE did AS
SELECT
    compared.campaign_id_crm,
    compared.control_code,
    compared.is_contacted,
    compared.customer_id,
    COUNT(bought.ordered) AS orders_count,
    CAST(COALESCE(SUM(bought.revenue), 0) AS DECIMAL(18, 4)) AS revenue,
    CAST(COALESCE(SUM(bought.worth), 0) AS DECIMAL(18, 4)) AS worth
FROM compared
JOIN offers ON offers.campaign_id_crm = compared.campaign_id_crm
LEFT JOIN bought
    ON bought.customer_id = compared.customer_id
    AND bought.ordered > compared.began
    AND bought.ordered <= compared.began + offers.window_days * 86400
GROUP BY compared.campaign_id_crm, compared.control_code, compared.is_contacted, compared.customer_id;

WITH counted AS (
    SELECT
        campaign_id_crm,
        MIN(control_code) AS control_code,
        SUM(is_contacted) AS on_count,
        SUM(1 - is_contacted) AS off_count,
        AVG(CASE WHEN is_contacted = 1 THEN LEAST(orders_count, 1) END) AS on_share,
        AVG(CASE WHEN is_contacted = 0 THEN LEAST(orders_count, 1) END) AS off_share,
        AVG(CASE WHEN is_contacted = 1 THEN orders_count END) AS on_orders,
        AVG(CASE WHEN is_contacted = 0 THEN orders_count END) AS off_orders,
        CAST(SUM(CASE WHEN is_contacted = 1 THEN revenue END) AS DOUBLE) AS on_sum,
        CAST(SUM(CASE WHEN is_contacted = 0 THEN revenue END) AS DOUBLE) AS off_sum,
        CAST(SUM(CASE WHEN is_contacted = 1 THEN revenue * revenue END) AS DOUBLE) AS on_squares,
        CAST(SUM(CASE WHEN is_contacted = 0 THEN revenue * revenue END) AS DOUBLE) AS off_squares,
        CAST(SUM(CASE WHEN is_contacted = 1 THEN worth END) AS DOUBLE) AS on_worth_sum,
        CAST(SUM(CASE WHEN is_contacted = 0 THEN worth END) AS DOUBLE) AS off_worth_sum,
        CAST(SUM(CASE WHEN is_contacted = 1 THEN worth * worth END) AS DOUBLE) AS on_worth_squares,
        CAST(SUM(CASE WHEN is_contacted = 0 THEN worth * worth END) AS DOUBLE) AS off_worth_squares
    FROM did
    GROUP BY campaign_id_crm
),

spread AS (
    SELECT
        counted.*,
        on_sum / NULLIF(on_count, 0) AS on_revenue,
        off_sum / NULLIF(off_count, 0) AS off_revenue,
        GREATEST(on_squares - on_sum * on_sum / NULLIF(on_count, 0), 0) / NULLIF(on_count - 1, 0) AS on_variance,
        GREATEST(off_squares - off_sum * off_sum / NULLIF(off_count, 0), 0) / NULLIF(off_count - 1, 0) AS off_variance,
        on_worth_sum / NULLIF(on_count, 0) AS on_worth,
        off_worth_sum / NULLIF(off_count, 0) AS off_worth,
        GREATEST(on_worth_squares - on_worth_sum * on_worth_sum / NULLIF(on_count, 0), 0) / NULLIF(on_count - 1, 0)
            AS on_worth_variance,
        GREATEST(off_worth_squares - off_worth_sum * off_worth_sum / NULLIF(off_count, 0), 0)
            / NULLIF(off_count - 1, 0) AS off_worth_variance
    FROM counted
),

-- Agresti and Caffo (2000): with one success and one failure added to each group the interval holds in small ones too.
smoothed AS (
    SELECT
        spread.*,
        on_count >= $fewest AND off_count >= $fewest AS has_lift,
        (on_share * on_count + 1) / (on_count + 2) AS on_smooth,
        (off_share * off_count + 1) / (off_count + 2) AS off_smooth
    FROM spread
),

lifted AS (
    SELECT
        campaign_id_crm,
        CASE WHEN has_lift THEN on_share - off_share END AS lift,
        CASE WHEN has_lift THEN on_smooth - off_smooth END AS middle,
        $z * SQRT(on_smooth * (1 - on_smooth) / (on_count + 2) + off_smooth * (1 - off_smooth) / (off_count + 2)) AS wide,
        CASE WHEN has_lift THEN on_revenue - off_revenue END AS revenue_lift,
        $z * SQRT(on_variance / on_count + off_variance / off_count) AS revenue_wide,
        CASE WHEN has_lift THEN on_worth - off_worth END AS worth_lift,
        $z * SQRT(on_worth_variance / on_count + off_worth_variance / off_count) AS worth_wide
    FROM smoothed
),

totals AS (
    SELECT
        campaign_id_crm,
        COUNT(*) AS contacted_count,
        SUM(has_responded) AS responded_count,
        SUM(contacts_count) AS contacts_count,
        MAX(began) AS last_began
    FROM reached
    GROUP BY campaign_id_crm
),

-- What a contact cost, where it is in the currency of what it brought; missing, no gain after it can be told.
costs AS (
    SELECT
        totals.campaign_id_crm,
        CASE
            WHEN offers.cost_currency = $currency
                THEN CAST(offers.contact_cost_amount * totals.contacts_count AS DOUBLE)
        END AS cost
    FROM totals
    JOIN offers ON offers.campaign_id_crm = totals.campaign_id_crm
)

SELECT
    campaigns.campaign_id_crm,
    offers.campaign_code,
    campaigns.title,
    campaigns.channel_code,
    campaigns.started_date,
    campaigns.ended_date,
    offers.window_days,
    COALESCE(totals.last_began + offers.window_days * 86400 < EPOCH($night_end), TRUE)
        AND COALESCE(campaigns.ended_date, campaigns.started_date) <= $night AS is_over,
    CASE WHEN arms.off_count > 0 THEN arms.control_code ELSE 'none' END AS control_code,
    COALESCE(totals.contacted_count, 0) AS contacted_count,
    COALESCE(totals.responded_count, 0) AS responded_count,
    CAST(totals.responded_count AS DOUBLE) / totals.contacted_count AS response_share,
    COALESCE(arms.off_count, 0) AS control_count,
    arms.on_share AS contacted_ordered_share,
    arms.off_share AS control_ordered_share,
    arms.on_orders AS contacted_orders_mean,
    arms.off_orders AS control_orders_mean,
    $currency AS currency,
    ROUND(arms.on_revenue, 4) AS contacted_revenue_mean_amount,
    ROUND(arms.off_revenue, 4) AS control_revenue_mean_amount,
    lifted.lift AS lift_share,
    -- GREATEST and LEAST pass over what is missing
    CASE WHEN lifted.middle IS NOT NULL THEN GREATEST(lifted.middle - lifted.wide, -1) END AS lift_low_share,
    CASE WHEN lifted.middle IS NOT NULL THEN LEAST(lifted.middle + lifted.wide, 1) END AS lift_high_share,
    ROUND(lifted.revenue_lift, 4) AS lift_revenue_amount,
    ROUND(lifted.revenue_lift - lifted.revenue_wide, 4) AS lift_revenue_low_amount,
    ROUND(lifted.revenue_lift + lifted.revenue_wide, 4) AS lift_revenue_high_amount,
    ROUND(lifted.revenue_lift * totals.contacted_count, 4) AS added_revenue_amount,
    CAST(offers.contact_cost_amount * totals.contacts_count AS DECIMAL(18, 4)) AS cost_amount,
    CASE WHEN offers.contact_cost_amount IS NOT NULL THEN offers.cost_currency END AS cost_currency,
    basis.value_basis_code,
    ROUND(arms.on_worth, 4) AS contacted_value_mean_amount,
    ROUND(arms.off_worth, 4) AS control_value_mean_amount,
    ROUND(lifted.worth_lift, 4) AS lift_value_amount,
    ROUND(lifted.worth_lift - lifted.worth_wide, 4) AS lift_value_low_amount,
    ROUND(lifted.worth_lift + lifted.worth_wide, 4) AS lift_value_high_amount,
    ROUND(lifted.worth_lift * totals.contacted_count, 4) AS added_value_amount,
    ROUND(lifted.worth_lift * totals.contacted_count - costs.cost, 4) AS net_amount,
    ROUND((lifted.worth_lift - lifted.worth_wide) * totals.contacted_count - costs.cost, 4) AS net_low_amount,
    ROUND((lifted.worth_lift + lifted.worth_wide) * totals.contacted_count - costs.cost, 4) AS net_high_amount
FROM core_crm__campaigns AS campaigns
JOIN offers ON offers.campaign_id_crm = campaigns.campaign_id_crm
CROSS JOIN basis
LEFT JOIN costs ON costs.campaign_id_crm = campaigns.campaign_id_crm
LEFT JOIN totals ON totals.campaign_id_crm = campaigns.campaign_id_crm
LEFT JOIN spread AS arms ON arms.campaign_id_crm = campaigns.campaign_id_crm
LEFT JOIN lifted ON lifted.campaign_id_crm = campaigns.campaign_id_crm
