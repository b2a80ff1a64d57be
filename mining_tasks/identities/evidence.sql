-- One row per account and identifier that another account carries too: the value as a keyed hash, what it is worth,
-- and how many accounts carry it. `$inner` and `$outer` are the padded keys of HMAC-SHA-256 (RFC 2104).
WITH carried AS (
    SELECT
        account,
        'email' AS identifier_code,
        email AS written,
        regexp_full_match(email, '[^@]+@[^@]+\.[^@.]+') AS is_usable,
        is_email_verified AS is_verified,
        -- mailboxes that speak for a house and not for a person (RFC 2142, and what shops see)
        regexp_full_match(split_part(email, '@', 1), $role_mailboxes) AS needs_names
    FROM accounts
    WHERE email IS NOT NULL
    UNION ALL
    -- nobody verified a phone, and households share it: it joins only where both names are known
    SELECT account, 'phone', coalesce(e164, phone_digits), e164 IS NOT NULL, TRUE, TRUE
    FROM accounts LEFT JOIN phones USING (phone, region)
    WHERE phone_digits IS NOT NULL
),

counted AS (
    SELECT *, count(*) OVER (PARTITION BY identifier_code, written) AS accounts_count
    FROM carried
    QUALIFY accounts_count > 1
)

SELECT
    account,
    identifier_code,
    is_usable,
    is_verified,
    needs_names,
    accounts_count,
    CASE identifier_code WHEN 'email' THEN $email_limit ELSE $phone_limit END AS limit_count,
    sha256($outer || unhex(sha256($inner || encode(identifier_code || ':' || written)))) AS value_hash
FROM counted
