-- The accounts of a customer, and by what each is tied to the one nearer to her first.
SELECT account_id, source_code, customer_id, evidence_code, linked_to_account_id
FROM core_identities__links
WHERE customer_id IN (SELECT unnest(CAST($customers AS VARCHAR[])))
ORDER BY account_id
