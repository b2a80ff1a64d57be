-- pub_customers__profiles: the features of the night with two words for people to sort by.
SELECT
    features.*,
    features.orders_count > 0 AS is_buyer,
    CASE
        WHEN features.orders_count = 0 THEN 'none'
        WHEN features.tenure_days <= 30 THEN 'new'
        -- never quiet within two weeks: twice the gap of a daily buyer is a weekend away
        WHEN features.recency_days <= GREATEST(14, COALESCE(2 * features.gap_mean_days, 90)) THEN 'active'
        ELSE 'quiet'
    END AS activity_code,
    $night AS night,
    $data_as_of AS data_as_of,
    $is_stale AS is_stale
FROM core_customers__features AS features
