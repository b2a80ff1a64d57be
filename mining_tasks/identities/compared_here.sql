-- What is compared of the accounts of few candidates: with it the wide rows of all others are left where they lie.
SELECT * FROM compared WHERE account IN (SELECT account FROM candidates UNION ALL SELECT other FROM candidates)
