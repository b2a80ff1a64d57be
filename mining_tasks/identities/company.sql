-- Which two clusters of `sure` some tie would join, one row each: their `company_code`, the strongest tie's weight and
-- probabilities, and how many pairs of accounts the two would make. The code is two digits: in how many silos both have
-- an account (2: or more), and how many of the two are a single account. Guests have no silo of their own.
WITH members AS (
    SELECT sure.cluster, count(*) AS accounts, list(DISTINCT source_code) AS silos
    FROM sure JOIN accounts USING (account)
    WHERE NOT is_guest
    GROUP BY sure.cluster
),

crossings AS (
    SELECT
        least(mine.cluster, yours.cluster) AS one,
        greatest(mine.cluster, yours.cluster) AS other,
        max(match_weight) AS match_weight,
        max_by(stranger_probability, (match_weight, -ties.account, -ties.other)) AS stranger_probability,
        max_by(namesake_probability, (match_weight, -ties.account, -ties.other)) AS namesake_probability
    FROM ties
    JOIN sure AS mine ON mine.account = ties.account
    JOIN sure AS yours ON yours.account = ties.other
    WHERE mine.cluster <> yours.cluster AND match_weight IS NOT NULL AND NOT is_contradicted
    GROUP BY ALL
)

SELECT
    one,
    other,
    CAST(least(len(list_intersect(a.silos, b.silos)), 2) AS VARCHAR)
    || CAST(CAST(a.accounts = 1 AS TINYINT) + CAST(b.accounts = 1 AS TINYINT) AS VARCHAR) AS company_code,
    match_weight,
    stranger_probability,
    namesake_probability,
    CAST(a.accounts * b.accounts AS DOUBLE) AS pairs
FROM crossings
JOIN members AS a ON a.cluster = one
JOIN members AS b ON b.cluster = other
ORDER BY one, other
