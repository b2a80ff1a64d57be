-- The blocks of one rule that are too large.
INSERT INTO closed
SELECT $rule, key
FROM ({keyed})
WHERE key IS NOT NULL
GROUP BY key
HAVING count(*) > $largest
