-- Pairs of an even sample counted by pattern and by the rules that found them.
SELECT pattern, rules, count(*) AS pairs
FROM likenesses
WHERE (CAST(account AS BIGINT) * 7919 + CAST(other AS BIGINT) * 104729) % $every = 0
GROUP BY pattern, rules
ORDER BY pattern, rules
