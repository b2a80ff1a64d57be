-- Accounts that are new or of which anything is known that was not known, or counted, on the night before.
SELECT account
FROM accounts
JOIN facts USING (account)
LEFT JOIN links_before AS before USING (account_id)
WHERE before.facts_hash IS DISTINCT FROM facts.facts_hash
