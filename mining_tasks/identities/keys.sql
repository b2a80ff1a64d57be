-- The key of every blocking rule for each account; missing where it is in no block of the rule. Kept, since each rule
-- is asked three times; and a part's text is hashed once, since the rules put the same parts together.
SELECT account, {keys}
FROM (SELECT account, {parts} FROM compared WHERE NOT is_guest)
