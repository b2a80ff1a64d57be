-- The first account of every cluster.
SELECT DISTINCT cluster, account_id
FROM clusters JOIN accounts ON accounts.account = clusters.cluster
ORDER BY cluster
