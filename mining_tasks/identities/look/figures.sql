-- The figures of a night, by name.
WITH sizes AS (SELECT customer_id, count(*) AS accounts FROM core_identities__links GROUP BY customer_id),

silos AS (
    SELECT CASE WHEN starts_with(account_id, 'shop:guest:') THEN 'guest' ELSE source_code END AS silo, customer_id
    FROM core_identities__links
),

limits AS (
    SELECT
        max(value) FILTER (WHERE parameter_code = 'limit.threshold_weight') AS threshold_weight,
        max(value) FILTER (WHERE parameter_code = 'limit.most_strange') AS most_strange
    FROM core_identities__parameters
),

pairs AS (
    SELECT pairs.*, mine.customer_id = yours.customer_id AS is_joined
    FROM core_identities__pairs AS pairs
    JOIN core_identities__links AS mine ON mine.account_id = pairs.account_id
    JOIN core_identities__links AS yours ON yours.account_id = pairs.other_account_id
)

SELECT 'accounts' AS name, CAST(count(*) AS DOUBLE) AS value FROM core_identities__links
UNION ALL SELECT 'accounts_of_' || silo, count(*) FROM silos GROUP BY silo
UNION ALL SELECT 'customers', count(*) FROM sizes
UNION ALL SELECT 'customers_of_' || least(accounts, 5) || CASE WHEN accounts < 5 THEN '' ELSE '_and_more' END, count(*)
    FROM sizes GROUP BY least(accounts, 5), accounts < 5
UNION ALL SELECT 'largest_customer', max(accounts) FROM sizes
UNION ALL SELECT 'linked_share', avg(CAST(accounts > 1 AS DOUBLE)) FROM silos JOIN sizes USING (customer_id)
UNION ALL SELECT 'linked_share_of_' || silo, avg(CAST(accounts > 1 AS DOUBLE))
    FROM silos JOIN sizes USING (customer_id) GROUP BY silo
UNION ALL SELECT 'accounts_by_' || evidence_code, count(*) FROM core_identities__links GROUP BY evidence_code
UNION ALL SELECT 'pairs', count(*) FROM pairs
UNION ALL SELECT 'pairs_joined', count(*) FROM pairs WHERE is_joined
UNION ALL SELECT 'pairs_by_rule_' || rule_code, count(*) FROM pairs GROUP BY rule_code
UNION ALL SELECT 'pairs_by_evidence_' || evidence_code, count(*) FROM pairs GROUP BY evidence_code
UNION ALL SELECT 'joined_by_evidence_' || evidence_code, count(*) FROM pairs WHERE is_joined GROUP BY evidence_code
UNION ALL SELECT 'expected_wrong_pairs', sum(1 - match_probability) FROM pairs WHERE is_joined
UNION ALL SELECT 'estimated_precision', avg(match_probability) FROM pairs WHERE is_joined
UNION ALL SELECT 'expected_wrong_pairs_of_likeness', sum(1 - match_probability) FROM pairs
    WHERE is_joined AND evidence_code = 'likeness'
UNION ALL SELECT 'estimated_precision_of_likeness', avg(match_probability) FROM pairs
    WHERE is_joined AND evidence_code = 'likeness'
UNION ALL SELECT 'threshold_bits', threshold_weight FROM limits
UNION ALL SELECT 'most_stranger_probability', most_strange FROM limits
UNION ALL SELECT 'values_limited', count(*) FROM core_identities__shared_values
UNION ALL SELECT 'values_limited_' || identifier_code, count(*) FROM core_identities__shared_values GROUP BY identifier_code
UNION ALL SELECT 'changes', count(*) FROM core_identities__changes WHERE changed_date = CAST($night AS DATE)
UNION ALL SELECT 'changes_' || code, (
        SELECT count(*) FROM core_identities__changes WHERE changed_date = CAST($night AS DATE) AND change_code = code
    ) FROM (SELECT unnest(CAST($changes AS VARCHAR[])) AS code)
UNION ALL SELECT 'decisions', count(*) FROM core_identities__decisions
UNION ALL SELECT 'decisions_overruled', count(*) FROM core_identities__decisions WHERE outcome_code = 'overruled'
ORDER BY name
