-- Whom a campaign left out by chance: not contacted, so not among its contacts.
SELECT
    'campaign_controls' AS kind, campaign_id || '-' || contact_id AS id, utc_text(contacted_at) AS updated_at,
    CAST(to_json({
        'id': campaign_id || '-' || contact_id,
        'properties': {
            'campaign_id': CAST(campaign_id AS VARCHAR), 'contact_id': CAST(contact_id AS VARCHAR),
            'held_out_at': utc_text(contacted_at)
        },
        'createdAt': utc_text(contacted_at), 'updatedAt': utc_text(contacted_at), 'archived': FALSE
    }) AS VARCHAR) AS body
FROM responses
WHERE group_code = 'control' AND contacted_at < getvariable('end_at')
ORDER BY campaign_id, contact_id
