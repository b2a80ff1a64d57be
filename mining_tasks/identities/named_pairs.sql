-- core_identities__pairs: the pairs by the names of their accounts.
SELECT mine.account_id, yours.account_id AS other_account_id, pairs.*
FROM pairs
JOIN accounts AS mine ON mine.account = pairs.account
JOIN accounts AS yours ON yours.account = pairs.other
