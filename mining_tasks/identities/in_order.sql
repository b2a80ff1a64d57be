-- Ties in the order in which they join: a person's word, what a value proves, then by weight. `tier` numbers equals;
-- `weight` is in bits, `$said` and `$proved` where no estimate was needed.
SELECT
    account, other,
    CAST(dense_rank() OVER (ORDER BY strength, match_weight DESC NULLS LAST) AS INTEGER) AS tier,
    CASE evidence_code
        WHEN 'likeness' THEN match_weight
        WHEN 'decision' THEN CAST($said AS DOUBLE)
        ELSE CAST($proved AS DOUBLE)
    END AS weight
FROM ties
ORDER BY tier, account, other
