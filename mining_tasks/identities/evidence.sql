-- One row per account and mailbox that another account carries too: the value as a keyed hash, what it is worth, and how
-- many accounts carry it; guests do not count. Of phones, loyalty numbers and devices only those that too many carry:
-- nobody verified them, and households share them, so they never prove. `$inner` and `$outer` are the padded keys of HMAC-SHA-256 (RFC 2104).
WITH carried AS (
    SELECT
        account,
        is_guest,
        nickname_lines,
        'email' AS identifier_code,
        coalesce(mailbox, email) AS written,
        mailbox IS NOT NULL AS is_usable,
        is_email_verified AS is_verified,
        is_role AS needs_names
    FROM accounts
    WHERE email IS NOT NULL
    UNION ALL
    SELECT account, is_guest, nickname_lines, 'phone', coalesce(e164, phone_digits), e164 IS NOT NULL, FALSE, FALSE
    FROM accounts
    WHERE phone_digits IS NOT NULL AND NOT is_guest
    UNION ALL
    SELECT account, is_guest, nickname_lines, 'loyalty', loyalty, TRUE, FALSE, FALSE FROM accounts WHERE loyalty IS NOT NULL
    UNION ALL
    SELECT account, is_guest, nickname_lines, 'device', device, TRUE, FALSE, FALSE FROM accounts WHERE device IS NOT NULL
),

counted AS (
    SELECT
        identifier_code,
        written,
        count(*) FILTER (WHERE NOT is_guest) AS accounts_count,
        CASE identifier_code WHEN 'email' THEN $email_limit WHEN 'phone' THEN $phone_limit ELSE $reference_limit END
            AS limit_count
    FROM carried
    GROUP BY identifier_code, written
    HAVING count(*) > 1 AND (identifier_code = 'email' OR accounts_count > limit_count)
),

hashed AS (
    SELECT *, sha256($outer || unhex(sha256($inner || encode(identifier_code || ':' || written)))) AS value_hash
    FROM counted
)

SELECT
    account,
    is_guest,
    nickname_lines,
    identifier_code,
    is_usable,
    is_verified,
    needs_names,
    accounts_count,
    limit_count,
    value_hash
FROM carried JOIN hashed USING (identifier_code, written)
