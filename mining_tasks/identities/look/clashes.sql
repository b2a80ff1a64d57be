-- Any two accounts that cannot be one person, and by which facts.
SELECT
    mine.account_id, yours.account_id AS other_account_id,
    list_filter([
        CASE WHEN asked.birth = 0 AND birth_tells THEN 'birth dates' END,
        CASE WHEN asked.given = 0 AND given_tells THEN 'given names' END,
        CASE WHEN asked.surname = 0 AND surname_tells AND asked.given < 3 THEN 'surnames' END
    ], lambda field: field IS NOT NULL) AS fields
FROM apart
JOIN asked USING (account, other)
CROSS JOIN differing
JOIN accounts AS mine ON mine.account = apart.account
JOIN accounts AS yours ON yours.account = apart.other
ORDER BY 1, 2
