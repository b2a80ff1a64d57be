-- Each ticket as it was opened, and as it was solved if it was.
SELECT
    'tickets' AS kind, CAST(ticket_id AS VARCHAR) AS id, utc_text(told.updated_at) AS updated_at,
    CAST(to_json({
        'id': ticket_id, 'external_id': CAST(order_id AS VARCHAR), 'via': {'channel': channel_code},
        'requester_id': requester_id, 'subject': subject, 'raw_subject': subject, 'description': body,
        'tags': [topic_code], 'custom': {'topic': topic_code}, 'status': told.status,
        'metric_set': {'solved_at': utc_text(told.solved_at)},
        'created_at': utc_text(opened_at), 'updated_at': utc_text(told.updated_at)
    }) AS VARCHAR) AS body
FROM (
    SELECT * EXCLUDE (solved_at), opened_at AS updated_at, CAST(NULL AS BIGINT) AS solved_at, 'new' AS status
    FROM tickets
    UNION ALL BY NAME
    SELECT *, solved_at AS updated_at, status_code AS status
    FROM tickets
    WHERE solved_at IS NOT NULL
) AS told
WHERE told.updated_at < getvariable('end_at')
ORDER BY ticket_id, told.updated_at
