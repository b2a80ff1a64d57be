-- The figures of a night, by name. Whatever grows with accounts or pairs is made once.
CREATE OR REPLACE TEMP TABLE silos AS
SELECT
    CASE WHEN starts_with(account_id, 'shop:guest:') THEN 'guest' ELSE source_code END AS silo,
    evidence_code, accounts_count, count(*) AS accounts
FROM core_identities__links JOIN core_identities__customers USING (customer_id)
GROUP BY ALL;

CREATE OR REPLACE TEMP TABLE weighed AS
SELECT
    rule_code, pairs.evidence_code, mine.customer_id = yours.customer_id AS is_joined,
    count(*) AS pairs, coalesce(sum(match_probability), 0) AS sure, count(match_probability) AS estimated
FROM core_identities__pairs AS pairs
JOIN core_identities__links AS mine ON mine.account_id = pairs.account_id
JOIN core_identities__links AS yours ON yours.account_id = pairs.other_account_id
GROUP BY ALL;

CREATE OR REPLACE TEMP TABLE sizes AS
SELECT accounts_count AS size, count(*) AS customers FROM core_identities__customers GROUP BY ALL;

SELECT 'accounts' AS name, CAST(sum(accounts) AS DOUBLE) AS value FROM silos
UNION ALL SELECT 'accounts_of_' || silo, sum(accounts) FROM silos GROUP BY silo
UNION ALL SELECT 'accounts_by_' || evidence_code, sum(accounts) FROM silos GROUP BY evidence_code
UNION ALL SELECT 'linked_share', sum(accounts) FILTER (WHERE accounts_count > 1) / sum(accounts) FROM silos
UNION ALL SELECT 'linked_share_of_' || silo, coalesce(sum(accounts) FILTER (WHERE accounts_count > 1), 0) / sum(accounts)
    FROM silos GROUP BY silo
UNION ALL SELECT 'customers', sum(customers) FROM sizes
UNION ALL SELECT 'customers_of_' || least(size, 5) || CASE WHEN size < 5 THEN '' ELSE '_and_more' END, sum(customers)
    FROM sizes GROUP BY least(size, 5), size < 5
UNION ALL SELECT 'largest_customer', max(size) FROM sizes
UNION ALL SELECT 'pairs', sum(pairs) FROM weighed
UNION ALL SELECT 'pairs_joined', sum(pairs) FROM weighed WHERE is_joined
UNION ALL SELECT 'pairs_by_rule_' || rule_code, sum(pairs) FROM weighed GROUP BY rule_code
UNION ALL SELECT 'pairs_by_evidence_' || evidence_code, sum(pairs) FROM weighed GROUP BY evidence_code
UNION ALL SELECT 'joined_by_evidence_' || evidence_code, sum(pairs) FROM weighed WHERE is_joined GROUP BY evidence_code
UNION ALL SELECT 'expected_wrong_pairs', sum(estimated - sure) FROM weighed WHERE is_joined
UNION ALL SELECT 'estimated_precision', sum(sure) / nullif(sum(estimated), 0) FROM weighed WHERE is_joined
UNION ALL SELECT 'expected_wrong_pairs_of_likeness', sum(estimated - sure) FROM weighed
    WHERE is_joined AND evidence_code = 'likeness'
UNION ALL SELECT 'estimated_precision_of_likeness', sum(sure) / nullif(sum(estimated), 0) FROM weighed
    WHERE is_joined AND evidence_code = 'likeness'
UNION ALL SELECT 'threshold_bits', value FROM core_identities__parameters
    WHERE parameter_code = 'limit.threshold_weight'
UNION ALL SELECT 'most_stranger_probability', value FROM core_identities__parameters
    WHERE parameter_code = 'limit.most_strange'
UNION ALL SELECT 'values_limited', count(*) FROM core_identities__shared_values
UNION ALL SELECT 'values_limited_' || identifier_code, count(*) FROM core_identities__shared_values GROUP BY identifier_code
UNION ALL SELECT 'changes', count(*) FROM core_identities__changes WHERE changed_date = CAST($night AS DATE)
UNION ALL SELECT 'changes_' || code, (
        SELECT count(*) FROM core_identities__changes WHERE changed_date = CAST($night AS DATE) AND change_code = code
    ) FROM (SELECT unnest(CAST($changes AS VARCHAR[])) AS code)
UNION ALL SELECT 'decisions', count(*) FROM core_identities__decisions
UNION ALL SELECT 'decisions_overruled', count(*) FROM core_identities__decisions WHERE outcome_code = 'overruled'
ORDER BY name
