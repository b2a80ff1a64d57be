-- core_identities__links of the accounts that were linked tonight: one row per account, its customer, and the evidence
-- that ties it to the others.
SELECT
    accounts.account_id,
    accounts.source_code,
    substr(accounts.account_id, length(accounts.source_code) + 2) AS account_id_source,
    settled.customer_id,
    coalesce(ties.evidence_code, 'alone') AS evidence_code,
    partners.account_id AS linked_to_account_id,
    ties.evidence_hash,
    facts.facts_hash
FROM accounts
JOIN facts USING (account)
JOIN clusters USING (account)
JOIN settled USING (cluster)
LEFT JOIN accounts AS partners ON partners.account = clusters.towards
LEFT JOIN ties
    ON ties.account = least(clusters.account, clusters.towards)
    AND ties.other = greatest(clusters.account, clusters.towards)
