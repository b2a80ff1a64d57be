-- How many blocks of each size one rule makes.
SELECT size, count(*)
FROM (SELECT count(*) AS size FROM ({keyed}) WHERE key IS NOT NULL GROUP BY key)
WHERE size > 1
GROUP BY size
ORDER BY size
