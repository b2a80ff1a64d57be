-- The values that accounts share, and how many accounts carry each; guests do not count. Of phones, loyalty numbers and
-- devices only those that too many carry: nobody verified them, and households share them, so they never prove.
WITH told AS (
    SELECT is_guest, 'email' AS identifier_code, coalesce(mailbox, email) AS written FROM accounts WHERE email IS NOT NULL
    UNION ALL
    SELECT is_guest, 'phone', coalesce(e164, phone_digits) FROM accounts WHERE phone_digits IS NOT NULL AND NOT is_guest
    UNION ALL
    SELECT is_guest, 'loyalty', loyalty FROM accounts WHERE loyalty IS NOT NULL
    UNION ALL
    SELECT is_guest, 'device', device FROM accounts WHERE device IS NOT NULL
)

SELECT
    identifier_code,
    written,
    count(*) FILTER (WHERE NOT is_guest) AS accounts_count,
    CASE identifier_code WHEN 'email' THEN $email_limit WHEN 'phone' THEN $phone_limit ELSE $reference_limit END
        AS limit_count
FROM told
GROUP BY identifier_code, written
HAVING count(*) > 1 AND (identifier_code = 'email' OR accounts_count > limit_count)
