-- One row per customer (numbered) and day with an order of hers.
SELECT CAST(customer AS BIGINT) AS customer, CAST(day AS BIGINT) AS day
FROM known_orders
WHERE day <= $night_day
GROUP BY customer, day
ORDER BY customer, day
