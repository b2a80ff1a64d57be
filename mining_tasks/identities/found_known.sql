-- Pairs that no block need find: proved ones, and accounts that name one order.
INSERT INTO found
SELECT account, other, bits
FROM (SELECT account, other, 0 AS bits FROM proved UNION ALL SELECT account, other, $bit FROM order_links)
