-- What the profiles count in all, and how often it happened; orders that name neither an account nor a guest belong to
-- no customer.
SELECT 'orders' AS things,
    (SELECT CAST(sum(orders_count) AS BIGINT) FROM pub_customers__profiles) AS counted,
    (SELECT count(*) FROM true_orders WHERE customer_id_shop IS NOT NULL OR guest_id IS NOT NULL) AS happened
UNION ALL
SELECT things,
    (SELECT CAST(sum(CASE things WHEN 'tickets' THEN tickets_count ELSE reviews_count END) AS BIGINT)
        FROM pub_customers__profiles),
    count(*)
FROM true_keys
WHERE things IN ('tickets', 'reviews')
GROUP BY things
ORDER BY things
