-- Where something changed: touched and vanished accounts, all who have a pair with one, and all of whom people decide
-- anything, or did on the night before; by hashes of their names.
WITH named AS (
    SELECT account_id FROM changed
    UNION ALL SELECT account_id FROM accounts WHERE account IN (SELECT account FROM pairs UNION ALL SELECT other FROM pairs)
    UNION ALL SELECT unnest([account_id, other_account_id]) FROM said
    UNION ALL SELECT unnest([account_id, other_account_id]) FROM outcomes_before
)

SELECT DISTINCT hash(account_id) AS key FROM named
