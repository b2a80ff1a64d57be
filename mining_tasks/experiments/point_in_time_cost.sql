-- By how much of what was sold, in the currency of most orders, is the cost of the goods known?
SELECT CAST(SUM(cost_known_amount) AS DOUBLE) / NULLIF(CAST(SUM(lines_sales_amount) AS DOUBLE), 0) AS cost_known_share
FROM known_days
WHERE day <= $day
GROUP BY currency
ORDER BY COUNT(*) DESC, currency NULLS LAST
LIMIT 1
