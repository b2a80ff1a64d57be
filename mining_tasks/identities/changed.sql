-- What is touched tonight, by name: accounts as in touched.sql, and those of the night before that are gone (without
-- `account`).
WITH now AS (SELECT account, account_id, facts_hash FROM accounts JOIN facts USING (account))

SELECT now.account, coalesce(now.account_id, before.account_id) AS account_id
FROM now FULL JOIN links_before AS before ON before.account_id = now.account_id
WHERE now.facts_hash IS DISTINCT FROM before.facts_hash
