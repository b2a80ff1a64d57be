-- How many orders the silos tell of, by the three things on which a basket depends: the buyer's type, the day and the
-- value factor, the latter in steps of an eighth up to 4, above which it changes no probability.

SELECT
    type_code,
    day,
    COUNT(*) AS orders_count,
    AVG(value_factor) AS value_factor
FROM orders
JOIN persons USING (person_id)
WHERE day < $days
GROUP BY type_code, day, LEAST(FLOOR(8 * value_factor), 32)
ORDER BY type_code, day, value_factor
