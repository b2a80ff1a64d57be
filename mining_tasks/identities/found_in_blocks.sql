-- The pairs of one rule's blocks that are not closed.
INSERT INTO found
WITH keyed AS MATERIALIZED (
    SELECT account, {key} AS key FROM keys
    WHERE {key} IS NOT NULL AND {key} NOT IN (SELECT key FROM closed WHERE rule = $rule)
)

SELECT mine.account, yours.account, $bit
FROM keyed AS mine JOIN keyed AS yours ON mine.key = yours.key AND mine.account < yours.account
