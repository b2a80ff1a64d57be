-- Three pairs by likeness, of nobody in particular: the typical joined one, the one just above the threshold, and the
-- one just below it, if such are kept. Weights alone.
WITH told AS (
    SELECT account_id, other_account_id, match_weight, match_weight >= $threshold AS is_above
    FROM core_identities__pairs WHERE evidence_code = 'likeness' AND match_weight IS NOT NULL
),

wanted AS (
    SELECT 'just_below' AS name, max(match_weight) AS match_weight FROM told WHERE NOT is_above
    UNION ALL
    SELECT 'just_above', min(match_weight) FROM told WHERE is_above
    UNION ALL
    SELECT 'typical', quantile_disc(match_weight, 0.5) FROM told WHERE is_above
),

firsts AS (
    SELECT name, min((account_id, other_account_id)) AS two
    FROM told JOIN wanted USING (match_weight) GROUP BY name
)

SELECT firsts.name, pairs.* EXCLUDE (account_id, other_account_id, evidence_hash)
FROM firsts JOIN core_identities__pairs AS pairs
    ON pairs.account_id = struct_extract(two, 1) AND pairs.other_account_id = struct_extract(two, 2)
ORDER BY name
