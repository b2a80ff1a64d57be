-- Rows that may not be: customers without one row, an uplift or a lift without a random control group, offers to people
-- held out, groups that changed since the night before.
WITH told AS (SELECT customer_id, count(*) AS n FROM pub_campaigns__best GROUP BY customer_id),
controlled AS (
    SELECT lower(type_code || '_' || channel_code) AS campaign_code, bool_or(has_control) AS has_control
    FROM truth_campaigns CROSS JOIN moment
    WHERE started_day <= day
    GROUP BY ALL
)

SELECT
    (
        SELECT count(*) FILTER (told.n IS DISTINCT FROM 1 OR known.customer_id IS NULL)
        FROM core_customers__features AS known FULL JOIN told USING (customer_id)
    ) AS astray,
    (SELECT count(*) FROM core_customers__features) AS customers,
    (SELECT count(*) FROM pub_campaigns__best WHERE coalesce(score_source, '') = '') AS unsaid,
    (
        SELECT count(*)
        FROM pub_campaigns__affinities AS told LEFT JOIN controlled USING (campaign_code)
        WHERE controlled.has_control IS NOT TRUE AND (uplift_probability IS NOT NULL OR effect_code = 'uplift')
    ) AS uplifts,
    (SELECT count(*) FROM pub_campaigns__affinities WHERE uplift_probability IS NOT NULL) AS all_uplifts,
    (
        SELECT count(*)
        FROM pub_campaigns__results AS told
        LEFT JOIN truth_campaigns AS campaigns ON CAST(campaigns.campaign_id AS VARCHAR) = told.campaign_id_crm
        WHERE lift_share IS NOT NULL AND control_code <> 'held out' AND campaigns.has_control IS NOT TRUE
    ) AS lifts,
    (SELECT count(*) FROM pub_campaigns__best WHERE is_holdout) AS held_out,
    (SELECT count(*) FROM pub_campaigns__best WHERE is_holdout AND campaign_code IS NOT NULL) AS held_out_contacted
