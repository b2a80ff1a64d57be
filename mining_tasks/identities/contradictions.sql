-- Any two accounts of one component that cannot be one person; `components` holds (account, component) of the
-- components small enough to be looked at pair by pair.
WITH members AS (
    SELECT component, account, tokens, given, birth_date FROM components JOIN accounts USING (account)
)

SELECT mine.account AS account, yours.account AS other
FROM members AS mine
JOIN members AS yours ON mine.component = yours.component AND mine.account < yours.account
WHERE contradict(mine, yours)
ORDER BY account, other
