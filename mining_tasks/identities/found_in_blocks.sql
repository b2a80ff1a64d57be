-- The pairs of one rule's blocks.
INSERT INTO found
SELECT mine.account, yours.account, $bit
FROM (SELECT * FROM blocks WHERE rule = $rule) AS mine
JOIN (SELECT * FROM blocks WHERE rule = $rule) AS yours ON mine.key = yours.key AND mine.account < yours.account
