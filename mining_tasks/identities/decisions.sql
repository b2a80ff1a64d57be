-- What people decided (`said`), for the accounts that there are tonight, by their numbers.
SELECT
    least(mine.account, yours.account) AS account,
    greatest(mine.account, yours.account) AS other,
    said.decision_code
FROM said
JOIN accounts AS mine ON mine.account_id = said.account_id
JOIN accounts AS yours ON yours.account_id = said.other_account_id
