-- Two accounts that name one order: who placed it and who wrote about it. Whoever is named with more accounts than
-- `$order_limit` is staff, or a test.
WITH naming AS (
    SELECT DISTINCT accounts.account, named.order_id, named.has_placed
    FROM orders_named AS named JOIN accounts USING (account_id)
),

linked AS (
    SELECT DISTINCT buying.account AS placed_by, telling.account AS named_by
    FROM naming AS buying
    JOIN naming AS telling ON telling.order_id = buying.order_id AND buying.has_placed AND NOT telling.has_placed
),

counted AS (
    SELECT
        *,
        count(*) OVER (PARTITION BY placed_by) AS writers,
        count(*) OVER (PARTITION BY named_by) AS buyers
    FROM linked
)

SELECT least(placed_by, named_by) AS account, greatest(placed_by, named_by) AS other, named_by
FROM counted
WHERE writers <= $order_limit AND buyers <= $order_limit
