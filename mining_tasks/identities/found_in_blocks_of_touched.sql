-- As found_in_blocks.sql, of touched accounts alone.
INSERT INTO found
WITH mine AS (
    SELECT account, {key} AS key FROM keys
    WHERE
        {key} IS NOT NULL AND {key} NOT IN (SELECT key FROM closed WHERE rule = $rule)
        AND account IN (SELECT account FROM {touched})
)

SELECT DISTINCT least(mine.account, yours.account), greatest(mine.account, yours.account), $bit
FROM mine JOIN keys AS yours ON mine.key = yours.{key} AND mine.account <> yours.account
