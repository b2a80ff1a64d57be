-- The choice again, right before it is published: whoever took her consent back since is left alone. What her place
-- would have cost goes to nobody tonight. `consents_now` is what warehouse.consents made.
WITH best AS (
    SELECT
        chosen.*,
        chosen.channel_code IS NOT NULL AND NOT COALESCE(said.is_granted, FALSE) AS is_withdrawn
    FROM pub_campaigns__best AS chosen
    LEFT JOIN consents_now AS said
        ON said.customer_id = chosen.customer_id AND said.channel_code = chosen.channel_code
)

SELECT
    customer_id,
    CASE WHEN NOT is_withdrawn THEN campaign_code END AS campaign_code,
    CASE WHEN NOT is_withdrawn THEN channel_code END AS channel_code,
    CASE WHEN is_withdrawn THEN 'withdrawn' ELSE why_code END AS why_code,
    CASE WHEN is_withdrawn THEN 'she took her consent back after she was chosen' ELSE reasons END AS reasons,
    intended_campaign_code,
    CASE WHEN NOT is_withdrawn THEN effect_code END AS effect_code,
    CASE WHEN NOT is_withdrawn THEN expected_gain_amount END AS expected_gain_amount,
    CASE WHEN NOT is_withdrawn THEN cost_amount END AS cost_amount,
    currency,
    is_holdout,
    is_exploration AND NOT is_withdrawn AS is_exploration,
    CASE WHEN NOT is_withdrawn THEN propensity_share END AS propensity_share,
    policy_code,
    policy_gain_amount,
    policy_gain_low_amount,
    policy_gain_high_amount,
    policy_currency,
    CASE WHEN is_withdrawn THEN 'rule: withdrawn' ELSE score_source END AS score_source,
    night,
    data_as_of,
    is_stale
FROM best
