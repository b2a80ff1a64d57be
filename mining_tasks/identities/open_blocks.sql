-- The accounts that share a key of one rule, in blocks that are not too large.
INSERT INTO blocks
WITH hashed AS MATERIALIZED (SELECT account, hash(key) AS key FROM ({keyed}) WHERE key IS NOT NULL)

SELECT account, $rule, key
FROM hashed
WHERE key IN (SELECT key FROM hashed GROUP BY key HAVING count(*) BETWEEN 2 AND $largest)
