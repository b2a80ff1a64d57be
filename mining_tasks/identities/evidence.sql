-- One row per account and value that stands in `carried`: the value as a keyed hash, what it is worth, and how many
-- accounts carry it. `$inner` and `$outer` are the padded keys of HMAC-SHA-256 (RFC 2104).
WITH told AS (
    SELECT
        account,
        'email' AS identifier_code,
        coalesce(mailbox, email) AS written,
        mailbox IS NOT NULL AS is_usable,
        is_email_verified AS is_verified,
        is_role AS needs_names
    FROM accounts
    WHERE email IS NOT NULL
    UNION ALL
    SELECT account, 'phone', coalesce(e164, phone_digits), e164 IS NOT NULL, FALSE, FALSE
    FROM accounts
    WHERE phone_digits IS NOT NULL AND NOT is_guest
    UNION ALL
    SELECT account, 'loyalty', loyalty, TRUE, FALSE, FALSE FROM accounts WHERE loyalty IS NOT NULL
    UNION ALL
    SELECT account, 'device', device, TRUE, FALSE, FALSE FROM accounts WHERE device IS NOT NULL
),

hashed AS (
    SELECT *, sha256($outer || unhex(sha256($inner || encode(identifier_code || ':' || written)))) AS value_hash
    FROM carried
)

SELECT
    account,
    identifier_code,
    is_usable,
    is_verified,
    needs_names,
    accounts_count,
    limit_count,
    value_hash
FROM told JOIN hashed USING (identifier_code, written)
