-- Any two accounts of one component that nothing ties together directly; `components` holds (account, component) of
-- those worth a look.
SELECT mine.account AS account, yours.account AS other
FROM components AS mine
JOIN components AS yours ON mine.component = yours.component AND mine.account < yours.account
EXCEPT
SELECT account, other FROM ties
