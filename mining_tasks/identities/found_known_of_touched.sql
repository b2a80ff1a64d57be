-- As found_known.sql, of touched accounts alone.
INSERT INTO found
SELECT account, other, bits
FROM (SELECT account, other, 0 AS bits FROM proved UNION ALL SELECT account, other, $bit FROM order_links)
WHERE account IN (SELECT account FROM {touched}) OR other IN (SELECT account FROM {touched})
