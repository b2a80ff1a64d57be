-- core_customers__departments: one row per customer and department bought from, as of the end of `$as_of`.
-- Immutable facts before `$night_end` only, so the same statement serves any earlier date.
-- In steps, so that one need not fit beside the next: 27 million pairs of customer and product for a million customers.

-- Customers by number: of every wide step the id would be half.
CREATE TEMP TABLE accounts AS
SELECT
    account_id_source,
    customer_id,
    CAST(DENSE_RANK() OVER (ORDER BY customer_id) AS INTEGER) AS customer
FROM core_identities__links
WHERE source_code = 'shop';

-- Whose the orders are that no account placed.
CREATE TEMP TABLE guests AS
SELECT guest_orders.order_id_shop, accounts.customer
FROM core_identities__guest_orders AS guest_orders
JOIN accounts ON 'shop:' || accounts.account_id_source = guest_orders.account_id;

CREATE TEMP TABLE bought_orders AS
SELECT COALESCE(accounts.customer, guests.customer) AS customer, orders.order_id_shop, orders.currency
FROM core_shop__orders AS orders
LEFT JOIN accounts ON accounts.account_id_source = orders.customer_id_shop
LEFT JOIN guests ON guests.order_id_shop = orders.order_id_shop
WHERE
    orders.ordered_at < $night_end AND orders.order_date <= $as_of
    AND (accounts.customer IS NOT NULL OR guests.customer IS NOT NULL);

-- Amounts of several currencies are never added: hers is the one of most orders, a known one before none, then by name.
CREATE TEMP TABLE main_currency AS
SELECT customer, currency
FROM (
    SELECT
        customer, currency,
        ROW_NUMBER() OVER (
            PARTITION BY customer
            ORDER BY COUNT(*) DESC, CASE WHEN currency IS NULL THEN 1 ELSE 0 END, currency
        ) AS place
    FROM bought_orders
    GROUP BY customer, currency
) AS ranked
WHERE place = 1;

CREATE TEMP TABLE bought_products AS
SELECT
    bought_orders.customer,
    lines.product_id_shop,
    CAST(COUNT(*) AS INTEGER) AS lines_count,
    CAST(COUNT(lines.coupon_discount_amount) AS INTEGER) AS coupon_known_count,
    CAST(COUNT(CASE WHEN lines.coupon_discount_amount > 0 THEN 1 END) AS INTEGER) AS coupon_lines_count,
    CAST(SUM(CASE WHEN lines.currency IS NOT DISTINCT FROM main_currency.currency THEN lines.sales_amount END)
        AS DECIMAL(18, 4)) AS sales_amount,
    CAST(SUM(CASE WHEN lines.currency IS NOT DISTINCT FROM main_currency.currency THEN lines.discount_amount END)
        AS DECIMAL(18, 4)) AS discount_amount
FROM core_shop__order_lines AS lines
JOIN bought_orders ON bought_orders.order_id_shop = lines.order_id_shop
JOIN main_currency ON main_currency.customer = bought_orders.customer
GROUP BY bought_orders.customer, lines.product_id_shop;

CREATE TEMP TABLE spent AS
SELECT
    bought_products.customer,
    COALESCE(products.department, 'unknown') AS department,
    COUNT(*) AS products_count,
    SUM(bought_products.lines_count) AS lines_count,
    SUM(bought_products.coupon_known_count) AS coupon_known_count,
    SUM(bought_products.coupon_lines_count) AS coupon_lines_count,
    CAST(COALESCE(SUM(bought_products.sales_amount), 0) AS DECIMAL(18, 4)) AS sales_amount,
    CAST(SUM(bought_products.discount_amount) AS DECIMAL(18, 4)) AS discount_amount
FROM bought_products
LEFT JOIN core_shop__products AS products ON products.product_id_shop = bought_products.product_id_shop
GROUP BY bought_products.customer, COALESCE(products.department, 'unknown');

-- A department in which she got back more than she paid counts as nothing, so that shares lie between 0 and 1.
WITH totals AS (
    SELECT customer, CAST(SUM(GREATEST(sales_amount, 0)) AS DOUBLE) AS sales_amount
    FROM spent
    GROUP BY customer
),

ids AS (
    SELECT DISTINCT customer, customer_id FROM accounts
)

SELECT
    ids.customer_id,
    spent.department,
    spent.products_count,
    CAST(spent.lines_count AS BIGINT) AS lines_count,
    CASE WHEN spent.coupon_known_count > 0 THEN CAST(spent.coupon_lines_count AS BIGINT) END AS coupon_lines_count,
    spent.sales_amount,
    spent.discount_amount,
    CAST(GREATEST(spent.sales_amount, 0) AS DOUBLE) / NULLIF(totals.sales_amount, 0) AS sales_share
FROM spent
JOIN totals ON totals.customer = spent.customer
JOIN ids ON ids.customer = spent.customer
