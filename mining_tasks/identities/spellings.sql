-- The distinct ways in which phones are dialled, as far as another account's number ends in the same seven digits:
-- no other number can be the same one, so nothing else needs the slow parser.
CREATE TEMP TABLE spellings AS
SELECT DISTINCT dialled, region
FROM (
    SELECT dialled, account, count(*) OVER (PARTITION BY right(phone_digits, 7)) AS alike_count
    FROM written
    WHERE phone_digits IS NOT NULL
) JOIN regions USING (account)
WHERE alike_count > 1
