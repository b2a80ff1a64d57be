-- The e-mails, phones and references of `accounts` under the shop's key (`$inner`, `$outer`: padded keys of HMAC-SHA-256,
-- RFC 2104), as evidence.sql hashes them, as far as they are shared by too many.
WITH carried AS (
    SELECT account_id, 'email' AS identifier_code, coalesce(mailbox, email) AS written FROM accounts
    UNION ALL
    SELECT account_id, 'phone', coalesce(e164, phone_digits) FROM accounts
    UNION ALL
    SELECT account_id, 'loyalty', loyalty FROM accounts
    UNION ALL
    SELECT account_id, 'device', device FROM accounts
),

hashed AS (
    SELECT
        account_id, identifier_code,
        sha256($outer || unhex(sha256($inner || encode(identifier_code || ':' || written)))) AS value_hash
    FROM carried WHERE written IS NOT NULL
)

SELECT account_id, identifier_code, accounts_count, limit_count
FROM hashed JOIN shared USING (identifier_code, value_hash)
ORDER BY account_id, identifier_code
