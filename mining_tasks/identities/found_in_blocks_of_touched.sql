-- As found_in_blocks.sql, of touched accounts alone.
INSERT INTO found
SELECT DISTINCT least(mine.account, yours.account), greatest(mine.account, yours.account), $bit
FROM (SELECT * FROM blocks WHERE rule = $rule AND account IN (SELECT account FROM {touched})) AS mine
JOIN (SELECT * FROM blocks WHERE rule = $rule) AS yours ON mine.key = yours.key AND mine.account <> yours.account
