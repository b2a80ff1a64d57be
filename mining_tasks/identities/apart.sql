-- Which of the pairs asked about cannot be one person.
SELECT account, other
FROM asked CROSS JOIN differing
WHERE (birth = 0 AND birth_tells) OR (given = 0 AND given_tells) OR (surname = 0 AND surname_tells AND given < 3)
