SELECT
    'statuses' AS kind, contact_id || '-' || channel_code AS id, utc_text(updated_at) AS updated_at,
    CAST(to_json({
        'id': contact_id || '-' || channel_code,
        'properties': {
            'contact_id': CAST(contact_id AS VARCHAR), 'channel': channel_code,
            'status': CASE WHEN is_granted THEN 'SUBSCRIBED' ELSE 'NOT_SUBSCRIBED' END,
            'granted': CAST(is_granted AS VARCHAR), 'recorded_at': utc_text(recorded_at)
        },
        'createdAt': utc_text(recorded_at), 'updatedAt': utc_text(updated_at), 'archived': FALSE
    }) AS VARCHAR) AS body
FROM consents
WHERE updated_at < getvariable('end_at')
ORDER BY contact_id, channel_code, consents.updated_at
