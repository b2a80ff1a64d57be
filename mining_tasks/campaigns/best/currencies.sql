-- What a mean order is worth in each currency, the most used currency first.
SELECT
    currency,
    COUNT(*) AS customers_count,
    CAST(SUM(sales_amount) AS DOUBLE) / SUM(orders_count) AS order_mean
FROM core_customers__features
WHERE orders_count > 0 AND currency IS NOT NULL AND NOT is_currency_mixed
GROUP BY currency
HAVING SUM(sales_amount) > 0
ORDER BY customers_count DESC, currency
