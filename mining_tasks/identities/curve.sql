-- How likely the pairs are that may be joined, and how many there are of each kind: ties within clusters of `sure` one
-- by one, and of ties between two clusters the strongest, with what company adds, for all pairs that it would make.
WITH weighed AS (
    SELECT match_weight, stranger_probability, namesake_probability, 0.0 AS bits, 1.0 AS pairs
    FROM ties
    JOIN sure AS mine ON mine.account = ties.account
    JOIN sure AS yours ON yours.account = ties.other AND yours.cluster = mine.cluster
    WHERE match_weight IS NOT NULL AND NOT is_contradicted
    UNION ALL
    SELECT match_weight, stranger_probability, namesake_probability, bits, pairs
    FROM company JOIN company_shifts USING (company_code)
)

SELECT
    match_weight + bits AS match_weight,
    1 / (1 + pow(2, -match_weight - bits)) AS match_probability,
    stranger_probability / (1 + (pow(2, bits) - 1) / (1 + pow(2, -match_weight))) AS stranger_probability,
    namesake_probability / (1 + (pow(2, bits) - 1) / (1 + pow(2, -match_weight))) AS namesake_probability,
    sum(pairs) AS pairs
FROM weighed
WHERE match_weight + bits >= 0
GROUP BY ALL
ORDER BY ALL
