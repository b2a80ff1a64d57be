-- The ties with what company adds to them, in bits, as far as they are strong enough to join: `$proved` and `$said`
-- stand for what needs no estimate. `tier` numbers equals, the strongest first. A tie within a cluster of `sure`, or one
-- that is proved, needs no company. Guests are tied later, but by a person's word.
WITH shifted AS (
    SELECT
        ties.*,
        CASE WHEN strength < 3 OR mine.cluster = yours.cluster THEN 0.0 ELSE coalesce(company_shifts.bits, 0.0) END
            AS company_weight
    FROM ties
    JOIN accounts AS one ON one.account = ties.account
    JOIN accounts AS another ON another.account = ties.other
    LEFT JOIN sure AS mine ON mine.account = ties.account
    LEFT JOIN sure AS yours ON yours.account = ties.other
    LEFT JOIN company
        ON company.one = least(mine.cluster, yours.cluster) AND company.other = greatest(mine.cluster, yours.cluster)
    LEFT JOIN company_shifts USING (company_code)
    WHERE strength < 0 OR NOT (one.is_guest OR another.is_guest)
),

judged AS (
    SELECT
        account, other, strength, evidence_code, company_weight, is_contradicted,
        CASE
            WHEN evidence_code = 'decision' THEN CAST($said AS DOUBLE)
            WHEN strength < 3 THEN CAST($proved AS DOUBLE)
            ELSE match_weight + company_weight
        END AS weight,
        match_weight,
        stranger_probability,
        namesake_probability,
        -- the odds of one person grow by the shift; all others share what is left, as they did
        1 + (pow(2, company_weight) - 1) / (1 + pow(2, -match_weight)) AS shrunk
    FROM shifted
)

SELECT
    account, other, weight, company_weight,
    CAST(dense_rank() OVER (
        ORDER BY least(strength, 3), CASE WHEN strength < 3 THEN match_weight ELSE weight END DESC NULLS LAST
    ) AS INTEGER) AS tier
FROM judged
WHERE strength < 3 OR (NOT is_contradicted AND weight >= $bar AND stranger_probability / shrunk <= $most_strange AND namesake_probability / shrunk <= $most_namesake)
ORDER BY tier, account, other
