-- Those around what changed (`reached_keys`: hashes of their names) by numbers of their own, in the order that all have;
-- and the past in two parts.
CREATE OR REPLACE TABLE reached AS SELECT key FROM reached_keys;

CREATE OR REPLACE TABLE numbers AS
SELECT account AS was, CAST(row_number() OVER (ORDER BY account) - 1 AS INTEGER) AS account, account_id
FROM accounts
WHERE hash(account_id) IN (SELECT key FROM reached);

-- tonight's pairs, and of those of the night before the ones of which neither account was touched
CREATE OR REPLACE TABLE pairs AS
SELECT mine.account, yours.account AS other, pairs.* EXCLUDE (account, other)
FROM pairs
JOIN numbers AS mine ON mine.was = pairs.account
JOIN numbers AS yours ON yours.was = pairs.other
UNION ALL BY NAME
SELECT mine.account, yours.account AS other, past.* EXCLUDE (account_id, other_account_id, company_weight)
FROM pairs_before AS past
JOIN numbers AS mine ON mine.account_id = past.account_id
JOIN numbers AS yours ON yours.account_id = past.other_account_id
WHERE mine.was NOT IN (SELECT account FROM touched) AND yours.was NOT IN (SELECT account FROM touched);

-- all that is compared of them, as a table now
CREATE OR REPLACE TABLE compared_around AS
SELECT numbers.account, compared.* EXCLUDE (account) FROM compared JOIN numbers ON numbers.was = compared.account;

CREATE OR REPLACE VIEW compared AS SELECT * FROM compared_around;
DROP TABLE IF EXISTS counts;

CREATE OR REPLACE TABLE accounts AS
SELECT numbers.account, accounts.* EXCLUDE (account) FROM accounts JOIN numbers ON numbers.was = accounts.account;

CREATE OR REPLACE TABLE facts AS
SELECT numbers.account, facts_hash FROM facts JOIN numbers ON numbers.was = facts.account;

CREATE OR REPLACE TABLE links_around AS
SELECT * FROM links_before WHERE hash(account_id) IN (SELECT key FROM reached);

CREATE OR REPLACE TABLE customers_around AS
SELECT * FROM customers_before WHERE customer_id IN (SELECT customer_id FROM links_around);

CREATE OR REPLACE TEMP VIEW links_elsewhere AS
SELECT * FROM links_before WHERE hash(account_id) NOT IN (SELECT key FROM reached);

CREATE OR REPLACE TEMP VIEW customers_elsewhere AS
SELECT * FROM customers_before WHERE customer_id NOT IN (SELECT customer_id FROM customers_around);

CREATE OR REPLACE TEMP VIEW pairs_elsewhere AS
SELECT * FROM pairs_before WHERE hash(account_id) NOT IN (SELECT key FROM reached);
