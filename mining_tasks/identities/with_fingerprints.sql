CREATE OR REPLACE TABLE accounts AS SELECT accounts.*, fingerprint FROM accounts JOIN fingerprints USING (account)
