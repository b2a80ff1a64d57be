-- Pairs of the night before of which neither account was touched, by tonight's numbers of accounts.
INSERT INTO pairs BY NAME
SELECT mine.account, yours.account AS other, past.* EXCLUDE (account_id, other_account_id, company_weight)
FROM pairs_before AS past
JOIN accounts AS mine ON mine.account_id = past.account_id
JOIN accounts AS yours ON yours.account_id = past.other_account_id
WHERE
    NOT EXISTS (SELECT 1 FROM touched WHERE touched.account = mine.account)
    AND NOT EXISTS (SELECT 1 FROM touched WHERE touched.account = yours.account)
