-- What linking and settling ask of accounts; the rest stands in `compared`, and would be held twice.
CREATE OR REPLACE TABLE accounts AS
SELECT account, account_id, source_code, account_id_source, is_guest, tokens, given, birth_date
FROM accounts
