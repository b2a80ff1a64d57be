-- The choice itself, by customer.
SELECT
    customer_id, campaign_code, is_holdout, is_exploration, policy_code,
    CAST(policy_gain_low_amount AS DOUBLE) AS policy_gain_low
FROM pub_campaigns__best
ORDER BY customer_id
