-- Accounts that were known on the last accepted night before, and those that still belong to the same customer.
SELECT count(*) AS accounts, count(*) FILTER (WHERE links.customer_id = earlier.customer_id) AS kept
FROM core_identities__links_before AS earlier LEFT JOIN core_identities__links AS links USING (account_id)
