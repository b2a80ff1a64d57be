-- Any two of the accounts that are there, as candidates that no rule found.
CREATE OR REPLACE TABLE candidates AS
SELECT mine.account AS account, yours.account AS other, 0 AS rules
FROM accounts AS mine JOIN accounts AS yours ON mine.account < yours.account
