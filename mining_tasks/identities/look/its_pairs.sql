-- Every pair that one of the accounts of `$customer` is in, and whose the two accounts are; the best first.
SELECT pairs.*, mine.customer_id, yours.customer_id AS other_customer_id
FROM core_identities__pairs AS pairs
JOIN core_identities__links AS mine ON mine.account_id = pairs.account_id
JOIN core_identities__links AS yours ON yours.account_id = pairs.other_account_id
WHERE $customer IN (mine.customer_id, yours.customer_id)
ORDER BY pairs.match_weight DESC NULLS LAST, pairs.account_id, pairs.other_account_id
