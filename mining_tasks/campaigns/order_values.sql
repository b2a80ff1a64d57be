-- What an order is worth on average in each currency, as of the newest day of `facts`.
SELECT currency, SUM(value_amount) / SUM(paid_orders_count) AS value_amount
FROM facts
WHERE as_of_date = (SELECT MAX(as_of_date) FROM facts) AND currency IS NOT NULL AND paid_orders_count > 0
GROUP BY currency
