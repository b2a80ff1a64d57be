-- For every level of every comparison how often it is seen: `m` where both accounts speak of the same, `u` by chance,
-- the bits that it weighs by itself, and how often members of a household, colleagues of a firm and relatives show it.
WITH told AS (
    SELECT
        string_split(parameter_code, '.')[2] AS comparison,
        string_split(parameter_code, '.')[3] AS whose,
        string_split(parameter_code, '.')[4] AS level,
        value
    FROM core_identities__parameters
    WHERE starts_with(parameter_code, 'share.')
),

beside AS (
    SELECT
        comparison, level,
        coalesce(max(value) FILTER (WHERE whose = 'same'), max(value) FILTER (WHERE whose = 'own')) AS m,
        max(value) FILTER (WHERE whose = 'chance') AS u,
        max(value) FILTER (WHERE whose = 'home') AS home,
        max(value) FILTER (WHERE whose = 'firm') AS firm,
        max(value) FILTER (WHERE whose = 'family') AS family
    FROM told GROUP BY comparison, level
)

SELECT comparison, level, m, u, log2(m / nullif(u, 0)) AS bits, home, firm, family
FROM beside ORDER BY comparison, bits
