-- The candidates of one step with the levels of all comparisons, packed into one number.
INSERT INTO likenesses
SELECT account, other, rules, {packed}
FROM ({levels}) JOIN compared_now USING (account, other)
