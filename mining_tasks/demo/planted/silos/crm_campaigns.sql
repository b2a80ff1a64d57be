SELECT
    'campaigns' AS kind, CAST(campaign_id AS VARCHAR) AS id, utc_text(first.starts_at) AS updated_at,
    CAST(to_json({
        'id': CAST(campaign_id AS VARCHAR),
        'properties': {
            'hs_name': title, 'campaign_type': type_code, 'channel': channel_code,
            'hs_start_date': CAST(first.date AS VARCHAR), 'hs_end_date': CAST(last.date AS VARCHAR),
            'cost_per_contact': money_text(cost_minor, 2), 'hs_currency_code': 'EUR',
            'has_control_group': CAST(has_control AS VARCHAR)
        },
        'createdAt': utc_text(first.starts_at), 'updatedAt': utc_text(first.starts_at), 'archived': FALSE
    }) AS VARCHAR) AS body
FROM campaigns
JOIN days AS first ON first.day = campaigns.started_day
JOIN days AS last ON last.day = campaigns.ended_day
WHERE first.starts_at < getvariable('end_at')
ORDER BY campaign_id
