-- What people decided about the accounts of a customer.
SELECT *
FROM core_identities__decisions
WHERE
    account_id IN (SELECT unnest(CAST($accounts AS VARCHAR[])))
    OR other_account_id IN (SELECT unnest(CAST($accounts AS VARCHAR[])))
ORDER BY decided_date, account_id, other_account_id
