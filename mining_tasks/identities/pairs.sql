-- The pairs that may join: proved by a shared value, or with at least `$near` bits for one person by all that is compared;
-- with the weights of the comparisons.
SELECT
    account,
    other,
    coalesce(proved.evidence_code, 'likeness') AS rule_code,
    coalesce(proved.strength, 3) AS strength,
    coalesce(proved.evidence_code, 'likeness') AS evidence_code,
    proved.evidence_hash,
    judged.* EXCLUDE (pattern)
FROM likenesses
JOIN judged USING (pattern)
LEFT JOIN proved USING (account, other)
WHERE
    proved.account IS NOT NULL
    OR match_weight >= $near
