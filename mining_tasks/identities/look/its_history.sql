-- What the journal tells of a customer, of those who became her, and of her accounts; the oldest first.
SELECT *
FROM core_identities__changes
WHERE
    from_customer_id IN (SELECT unnest(CAST($customers AS VARCHAR[])))
    OR to_customer_id IN (SELECT unnest(CAST($customers AS VARCHAR[])))
    OR account_id IN (SELECT unnest(CAST($accounts AS VARCHAR[])))
ORDER BY changed_date, account_id
