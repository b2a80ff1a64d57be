-- bought: one row per order by the end of the night, whose it is, what was paid for the goods, and what it is worth to
-- the shop: its margin, net of discounts, returns and the cost of goods and shipping, where the cost of nearly all of
-- what was sold is known, else the revenue again; `basis` says which. Orders in other currencies count, their amounts
-- do not. Like all `seen_` views, those of lines, products and returns are empty where a shop has none.
CREATE TEMP TABLE placed AS
SELECT
    orders.order_id_shop,
    COALESCE(links.customer_id, guests.customer_id) AS customer_id,
    EPOCH(orders.ordered_at) AS ordered,
    COALESCE(orders.currency = $currency, FALSE) AS is_main,
    CAST(orders.sales_amount AS DECIMAL(18, 4)) AS revenue,
    CAST(COALESCE(orders.shipping_paid_amount, 0) - COALESCE(orders.shipping_cost_amount, 0) AS DECIMAL(18, 4))
        AS shipping
FROM seen_orders AS orders
LEFT JOIN core_identities__links AS links
    ON links.source_code = 'shop' AND links.account_id_source = orders.customer_id_shop
LEFT JOIN core_identities__guest_orders AS guest_orders ON guest_orders.order_id_shop = orders.order_id_shop
LEFT JOIN core_identities__links AS guests ON guests.account_id = guest_orders.account_id
WHERE orders.ordered_at < $night_end
    AND COALESCE(links.customer_id, guests.customer_id) IS NOT NULL
    AND NOT LIST_CONTAINS($cancelled, COALESCE(LOWER(TRIM(orders.status_code)), ''));

-- The line's own cost is that of its sale; else what so many pieces cost today, if in the same currency.
CREATE TEMP TABLE goods AS
WITH lines AS (
    SELECT
        lines.order_id_shop,
        lines.sales_amount,
        CASE
            WHEN COALESCE(lines.currency, $currency) <> $currency THEN NULL
            WHEN lines.cost_amount IS NOT NULL THEN lines.cost_amount
            WHEN COALESCE(products.currency, $currency) = $currency
                THEN CAST(lines.quantity * products.cost_amount AS DECIMAL(18, 4))
        END AS cost_amount
    FROM seen_order_lines AS lines
    JOIN placed ON placed.order_id_shop = lines.order_id_shop AND placed.is_main
    LEFT JOIN seen_products AS products ON products.product_id_shop = lines.product_id_shop
)

SELECT
    order_id_shop,
    SUM(sales_amount) AS sales_amount,
    SUM(CASE WHEN cost_amount IS NOT NULL THEN sales_amount ELSE 0 END) AS known_amount,
    CAST(COALESCE(SUM(cost_amount), 0) AS DECIMAL(18, 4)) AS cost_amount
FROM lines
GROUP BY order_id_shop;

CREATE TEMP TABLE refunded AS
SELECT returns.order_id_shop, CAST(SUM(returns.refund_amount) AS DECIMAL(18, 4)) AS refund_amount
FROM seen_returns AS returns
WHERE returns.returned_at < $night_end
GROUP BY returns.order_id_shop;

CREATE TEMP TABLE basis AS
SELECT
    CASE
        WHEN CAST(SUM(known_amount) AS DOUBLE) / NULLIF(CAST(SUM(sales_amount) AS DOUBLE), 0) >= $known_least THEN 'margin'
        ELSE 'revenue'
    END AS value_basis_code
FROM goods;

CREATE TEMP TABLE bought AS
SELECT
    placed.customer_id,
    placed.ordered,
    CASE WHEN placed.is_main THEN placed.revenue ELSE 0 END AS revenue,
    CASE
        WHEN NOT placed.is_main THEN 0
        WHEN basis.value_basis_code = 'revenue' THEN placed.revenue
        ELSE CAST(
            placed.revenue + placed.shipping
            - COALESCE(refunded.refund_amount, 0) - COALESCE(goods.cost_amount, 0) AS DECIMAL(18, 4)
        )
    END AS worth
FROM placed
CROSS JOIN basis
LEFT JOIN goods ON goods.order_id_shop = placed.order_id_shop
LEFT JOIN refunded ON refunded.order_id_shop = placed.order_id_shop;
