-- Whose an account is; of one that is gone, whose it was.
SELECT customer_id, NULL AS changed_date, NULL AS from_customer_id
FROM core_identities__links WHERE account_id = $asked
UNION ALL
SELECT NULL, changed_date, from_customer_id
FROM core_identities__changes
WHERE
    account_id = $asked AND to_customer_id IS NULL
    AND NOT EXISTS (SELECT 1 FROM core_identities__links WHERE account_id = $asked)
ORDER BY changed_date DESC
