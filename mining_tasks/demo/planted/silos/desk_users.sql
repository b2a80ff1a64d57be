SELECT
    'users' AS kind, CAST(account_id AS VARCHAR) AS id, utc_text(updated_at) AS updated_at,
    CAST(to_json({
        'id': account_id, 'name': NULLIF(concat_ws(' ', given_name, surname), ''), 'email': email, 'phone': phone,
        'verified': is_email_verified, 'role': 'end-user', 'active': TRUE, 'time_zone': 'Berlin',
        'created_at': utc_text(opened_at), 'updated_at': utc_text(updated_at)
    }) AS VARCHAR) AS body
FROM accounts
WHERE source_code = 'support' AND updated_at < getvariable('end_at')
ORDER BY account_id, updated_at
