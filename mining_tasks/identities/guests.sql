-- All orders without an account by which somebody can be reached or named, each with the first order of the same
-- contact data.
SELECT *, min_by(order_id, (ordered_at, order_id)) OVER (
    PARTITION BY {kinds}, CASE WHEN email IS NULL THEN order_id END
) AS first_order
FROM (SELECT {told}, {order_id} AS order_id, ordered_at FROM {table} WHERE customer_id_shop IS NULL)
WHERE coalesce({reaches}) IS NOT NULL
