-- Three pairs by likeness, of nobody in particular: the typical joined one, the one just above the threshold, and the
-- one just below it, if such are kept. Weights alone.
WITH told AS (
    SELECT *, match_weight >= $threshold AS is_above
    FROM core_identities__pairs WHERE evidence_code = 'likeness' AND match_weight IS NOT NULL
),

placed AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY is_above ORDER BY match_weight, account_id, other_account_id) AS up,
        row_number() OVER (PARTITION BY is_above ORDER BY match_weight DESC, account_id, other_account_id) AS down
    FROM told
)

SELECT
    CASE WHEN NOT is_above THEN 'just_below' WHEN up = 1 THEN 'just_above' ELSE 'typical' END AS name,
    placed.* EXCLUDE (account_id, other_account_id, evidence_hash, is_above, up, down)
FROM placed
WHERE (NOT is_above AND down = 1) OR (is_above AND (up = 1 OR (up - down BETWEEN 0 AND 1)))
ORDER BY name
