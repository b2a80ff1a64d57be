-- core_customers__departments: one row per customer and department bought from, as of the end of `$as_of`.
-- Immutable facts before `$night_end` only, so the same statement serves any earlier date.
WITH bought_orders AS (
    SELECT links.customer_id, orders.order_id_shop, orders.currency
    FROM core_shop__orders AS orders
    JOIN core_identities__links AS links
        ON links.source_code = 'shop' AND links.account_id_source = orders.customer_id_shop
    WHERE orders.ordered_at < $night_end AND orders.order_date <= $as_of
),

-- Amounts of several currencies are never added: hers is the one of most orders, a known one before none, then by name.
main_currency AS (
    SELECT customer_id, currency
    FROM (
        SELECT
            customer_id, currency,
            ROW_NUMBER() OVER (
                PARTITION BY customer_id
                ORDER BY COUNT(*) DESC, CASE WHEN currency IS NULL THEN 1 ELSE 0 END, currency
            ) AS place
        FROM bought_orders
        GROUP BY customer_id, currency
    ) AS ranked
    WHERE place = 1
),

bought_products AS (
    SELECT
        bought_orders.customer_id,
        lines.product_id_shop,
        COUNT(*) AS lines_count,
        COUNT(lines.coupon_discount_amount) AS coupon_known_count,
        SUM(CASE WHEN lines.coupon_discount_amount > 0 THEN 1 ELSE 0 END) AS coupon_lines_count,
        SUM(CASE WHEN lines.currency IS NOT DISTINCT FROM main_currency.currency THEN lines.sales_amount END)
            AS sales_amount,
        SUM(CASE WHEN lines.currency IS NOT DISTINCT FROM main_currency.currency THEN lines.discount_amount END)
            AS discount_amount
    FROM core_shop__order_lines AS lines
    JOIN bought_orders ON bought_orders.order_id_shop = lines.order_id_shop
    JOIN main_currency ON main_currency.customer_id = bought_orders.customer_id
    GROUP BY bought_orders.customer_id, lines.product_id_shop
),

spent AS (
    SELECT
        bought_products.customer_id,
        COALESCE(products.department, 'unknown') AS department,
        COUNT(*) AS products_count,
        SUM(bought_products.lines_count) AS lines_count,
        SUM(bought_products.coupon_known_count) AS coupon_known_count,
        SUM(bought_products.coupon_lines_count) AS coupon_lines_count,
        COALESCE(SUM(bought_products.sales_amount), CAST(0 AS DECIMAL(18, 4))) AS sales_amount,
        SUM(bought_products.discount_amount) AS discount_amount
    FROM bought_products
    LEFT JOIN core_shop__products AS products ON products.product_id_shop = bought_products.product_id_shop
    GROUP BY bought_products.customer_id, COALESCE(products.department, 'unknown')
)

SELECT
    customer_id,
    department,
    CAST(products_count AS BIGINT) AS products_count,
    CAST(lines_count AS BIGINT) AS lines_count,
    CASE WHEN coupon_known_count > 0 THEN CAST(coupon_lines_count AS BIGINT) END AS coupon_lines_count,
    CAST(sales_amount AS DECIMAL(18, 4)) AS sales_amount,
    CAST(discount_amount AS DECIMAL(18, 4)) AS discount_amount,
    -- a department in which she got back more than she paid counts as nothing, so that shares lie between 0 and 1
    CAST(GREATEST(sales_amount, 0) AS DOUBLE)
        / NULLIF(CAST(SUM(GREATEST(sales_amount, 0)) OVER (PARTITION BY customer_id) AS DOUBLE), 0) AS sales_share
FROM spent
