-- How many customers have how many accounts.
SELECT accounts_count, count(*) AS customers
FROM core_identities__customers
GROUP BY accounts_count ORDER BY accounts_count
