-- What ties accounts together tonight: scored pairs, but those that a person excluded; and those that a person
-- confirmed, whatever evidence says. One row per pair.
CREATE OR REPLACE VIEW ties AS
SELECT account, other, strength, match_weight, stranger_probability, namesake_probability, is_contradicted, evidence_code, evidence_hash
FROM pairs
WHERE NOT EXISTS (SELECT 1 FROM decisions WHERE decisions.account = pairs.account AND decisions.other = pairs.other)
UNION ALL
SELECT account, other, -1, NULL, NULL, NULL, FALSE, 'decision', NULL
FROM decisions
WHERE decision_code = 'confirm'
