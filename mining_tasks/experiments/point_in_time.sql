-- What the silos told about each customer, by business day, made once for any number of days.
-- Every fact lies on the day of its immutable time in the shop's zone; days are whole numbers. From these steps
-- `point_in_time_day.sql` tells what was known by the end of a day, and `outcomes.sql` what came after it.
-- Nothing here grows faster than orders, lines, contacts, tickets and reviews do.

-- Customers by number. Ids are keyed hashes, so those below a bound are a fair sample, the same one every night.
CREATE TEMP TABLE known_accounts AS
SELECT
    source_code,
    account_id_source,
    customer_id,
    CAST(DENSE_RANK() OVER (ORDER BY customer_id) AS INTEGER) AS customer
FROM seen_links
WHERE customer_id < $below;

-- Orders by day: the later of the business day and the day of the instant, should a source let them differ.
CREATE TEMP TABLE known_orders AS
WITH guests AS (
    SELECT guest_orders.order_id_shop, accounts.customer
    FROM seen_guest_orders AS guest_orders
    JOIN known_accounts AS accounts
        ON accounts.source_code = 'shop' AND 'shop:' || accounts.account_id_source = guest_orders.account_id
)

SELECT
    COALESCE(accounts.customer, guests.customer) AS customer,
    orders.order_id_shop,
    orders.currency,
    DATE_DIFF('day', DATE '1970-01-01', GREATEST(orders.order_date, CAST(TIMEZONE($zone, orders.ordered_at) AS DATE)))
        AS day,
    orders.sales_amount,
    orders.discount_amount,
    COALESCE(orders.shipping_paid_amount, 0) - COALESCE(orders.shipping_cost_amount, 0) AS shipping_amount,
    CASE WHEN accounts.customer IS NULL THEN orders.guest_country_code END AS country_code
FROM seen_orders AS orders
LEFT JOIN known_accounts AS accounts
    ON accounts.source_code = 'shop' AND accounts.account_id_source = orders.customer_id_shop
LEFT JOIN guests ON guests.order_id_shop = orders.order_id_shop
WHERE
    (accounts.customer IS NOT NULL OR guests.customer IS NOT NULL)
    AND NOT LIST_CONTAINS($cancelled, COALESCE(LOWER(TRIM(orders.status_code)), ''));

-- Departments by number, so that a set of them is one whole number; beyond 61 they share the last place.
CREATE TEMP TABLE known_products AS
SELECT
    product_id_shop,
    cost_amount,
    currency,
    CAST(LEAST(61, DENSE_RANK() OVER (ORDER BY COALESCE(department, 'unknown')) - 1) AS INTEGER) AS department
FROM seen_products;

CREATE TEMP TABLE known_goods AS
SELECT
    orders.customer,
    orders.currency,
    orders.day,
    products.department,
    SUM(lines.discount_amount) AS discount_amount,
    COUNT(lines.coupon_discount_amount) AS coupon_known_count,
    COUNT(CASE WHEN lines.coupon_discount_amount > 0 THEN 1 END) AS coupon_lines_count,
    COUNT(*) AS lines_count,
    COALESCE(CAST(1 AS BIGINT) << products.department, 0) AS departments,
    SUM(lines.sales_amount) AS lines_sales_amount,
    SUM(CASE WHEN costs.amount IS NOT NULL THEN lines.sales_amount ELSE 0 END) AS cost_known_amount,
    SUM(costs.amount) AS cost_amount
FROM seen_order_lines AS lines
JOIN known_orders AS orders ON orders.order_id_shop = lines.order_id_shop
LEFT JOIN known_products AS products ON products.product_id_shop = lines.product_id_shop
-- The line's own cost is that of its sale; else what so many pieces cost today, if in the same currency.
CROSS JOIN LATERAL (
    SELECT
        CASE
            WHEN COALESCE(lines.currency, orders.currency, '') <> COALESCE(orders.currency, '') THEN NULL
            WHEN lines.cost_amount IS NOT NULL THEN lines.cost_amount
            WHEN COALESCE(products.currency, orders.currency, '') = COALESCE(orders.currency, '')
                THEN CAST(lines.quantity * products.cost_amount AS DECIMAL(18, 4))
        END AS amount
) AS costs
GROUP BY orders.customer, orders.currency, orders.day, products.department;

CREATE TEMP TABLE known_refunds AS
SELECT
    orders.customer,
    orders.currency,
    GREATEST(orders.day, DATE_DIFF('day', DATE '1970-01-01', CAST(TIMEZONE($zone, returns.returned_at) AS DATE))) AS day,
    COUNT(*) AS returns_count,
    SUM(returns.refund_amount) AS refund_amount
FROM seen_returns AS returns
JOIN known_orders AS orders ON orders.order_id_shop = returns.order_id_shop
WHERE returns.returned_at IS NOT NULL
GROUP BY ALL;

-- One row per customer, currency and day on which anything happened to her orders.
CREATE TEMP TABLE known_sums AS
SELECT
    customer,
    currency,
    day,
    SUM(orders_count) AS orders_count,
    SUM(sales_amount) AS sales_amount,
    -- what the orders say; where a shop states discounts by line only, what the lines say
    COALESCE(SUM(discount_amount), SUM(lines_discount_amount)) AS discount_amount,
    SUM(shipping_amount) AS shipping_amount,
    SUM(returns_count) AS returns_count,
    COALESCE(SUM(refund_amount), 0) AS refund_amount,
    SUM(lines_count) AS lines_count,
    SUM(coupon_known_count) AS coupon_known_count,
    SUM(coupon_lines_count) AS coupon_lines_count,
    BIT_OR(departments) AS departments,
    SUM(lines_sales_amount) AS lines_sales_amount,
    SUM(cost_known_amount) AS cost_known_amount,
    COALESCE(SUM(cost_amount), 0) AS cost_amount
FROM (
    SELECT
        customer, currency, day, COUNT(*) AS orders_count, SUM(sales_amount) AS sales_amount,
        SUM(discount_amount) AS discount_amount, SUM(shipping_amount) AS shipping_amount,
        NULL AS lines_discount_amount, NULL AS returns_count, NULL AS refund_amount, NULL AS lines_count,
        NULL AS coupon_known_count, NULL AS coupon_lines_count, NULL AS departments, NULL AS lines_sales_amount,
        NULL AS cost_known_amount, NULL AS cost_amount
    FROM known_orders
    GROUP BY customer, currency, day
    UNION ALL BY NAME
    SELECT * EXCLUDE (department) RENAME (discount_amount AS lines_discount_amount) FROM known_goods
    UNION ALL BY NAME
    SELECT * FROM known_refunds
) AS told
GROUP BY customer, currency, day;

-- A day counts once, however many currencies it has; the gap to the day before does not hang on what came later.
CREATE TEMP TABLE known_days AS
SELECT
    * EXCLUDE (before),
    CASE WHEN orders_count > 0 AND (before IS NULL OR before < day) THEN 1 ELSE 0 END AS is_first,
    CASE WHEN before < day THEN day - before END AS gap_days
FROM (
    SELECT
        *,
        CASE WHEN orders_count > 0 THEN
            LAG(day) OVER (PARTITION BY customer, orders_count > 0 ORDER BY day, currency NULLS LAST)
        END AS before
    FROM known_sums
) AS days;

CREATE TEMP TABLE known_contacts AS
SELECT
    links.customer,
    reached.campaign_id_crm,
    MIN(DATE_DIFF('day', DATE '1970-01-01', CAST(TIMEZONE($zone, reached.contacted_at) AS DATE))) AS day,
    MIN(DATE_DIFF('day', DATE '1970-01-01', CAST(TIMEZONE($zone, reached.responded_at) AS DATE))) AS responded_day
FROM seen_campaign_contacts AS reached
JOIN known_accounts AS links
    ON links.source_code = 'crm' AND links.account_id_source = reached.contact_id_crm
WHERE reached.contacted_at IS NOT NULL
GROUP BY links.customer, reached.campaign_id_crm;

CREATE TEMP TABLE known_consents AS
SELECT
    links.customer,
    consents.channel_code,
    consents.is_granted,
    DATE_DIFF('day', DATE '1970-01-01', CAST(TIMEZONE($zone, consents.recorded_at) AS DATE)) AS day
FROM seen_consents AS consents
JOIN known_accounts AS links
    ON links.source_code = 'crm' AND links.account_id_source = consents.contact_id_crm
WHERE consents.recorded_at IS NOT NULL;

CREATE TEMP TABLE known_tickets AS
SELECT
    links.customer,
    DATE_DIFF('day', DATE '1970-01-01', CAST(TIMEZONE($zone, tickets.opened_at) AS DATE)) AS day,
    DATE_DIFF('day', DATE '1970-01-01', CAST(TIMEZONE($zone, tickets.solved_at) AS DATE)) AS solved_day
FROM seen_tickets AS tickets
JOIN known_accounts AS links
    ON links.source_code = 'support' AND links.account_id_source = tickets.requester_id_support
WHERE tickets.opened_at IS NOT NULL;

CREATE TEMP TABLE known_reviews AS
SELECT
    links.customer,
    DATE_DIFF('day', DATE '1970-01-01', CAST(TIMEZONE($zone, reviews.reviewed_at) AS DATE)) AS day,
    reviews.stars_count
FROM seen_reviews AS reviews
JOIN known_accounts AS links
    ON links.source_code = 'support' AND links.account_id_source = reviews.requester_id_support
WHERE reviews.reviewed_at IS NOT NULL;

-- Since when she is known and where she lives: of the account opened first that says a country, then of a guest order.
CREATE TEMP TABLE known_customers AS
WITH opened AS (
    SELECT links.customer, 1 AS place, shop.country_code, shop.created_at
    FROM known_accounts AS links
    JOIN seen_customers AS shop ON links.source_code = 'shop' AND shop.customer_id_shop = links.account_id_source
    UNION ALL
    SELECT links.customer, 2 AS place, crm.country_code, crm.created_at
    FROM known_accounts AS links
    JOIN seen_contacts AS crm ON links.source_code = 'crm' AND crm.contact_id_crm = links.account_id_source
    UNION ALL
    SELECT links.customer, 3 AS place, NULL AS country_code, desk.created_at
    FROM known_accounts AS links
    JOIN seen_requesters AS desk
        ON links.source_code = 'support' AND desk.requester_id_support = links.account_id_source
),

told AS (
    SELECT
        customer, place, country_code,
        DATE_DIFF('day', DATE '1970-01-01', CAST(TIMEZONE($zone, created_at) AS DATE)) AS day,
        TRUE AS is_account
    FROM opened
    UNION ALL
    SELECT customer, 4 AS place, country_code, MIN(day) AS day, FALSE AS is_account
    FROM known_orders
    GROUP BY customer, country_code
    UNION ALL
    SELECT customer, 5 AS place, NULL AS country_code, MIN(day) AS day, FALSE AS is_account
    FROM known_contacts
    GROUP BY customer
    UNION ALL
    SELECT customer, 5 AS place, NULL AS country_code, MIN(day) AS day, FALSE AS is_account
    FROM known_consents
    GROUP BY customer
    UNION ALL
    SELECT customer, 5 AS place, NULL AS country_code, MIN(day) AS day, FALSE AS is_account
    FROM known_tickets
    GROUP BY customer
    UNION ALL
    SELECT customer, 5 AS place, NULL AS country_code, MIN(day) AS day, FALSE AS is_account
    FROM known_reviews
    GROUP BY customer
),

countries AS (
    SELECT customer, country_code, COALESCE(day, $seen_until) AS day
    FROM (
        SELECT
            *,
            ROW_NUMBER() OVER (
                PARTITION BY customer ORDER BY COALESCE(day, $seen_until), place, country_code
            ) AS nth
        FROM told
        WHERE country_code IS NOT NULL
    ) AS ranked
    WHERE nth = 1
),

since AS (
    SELECT customer, MIN(day) AS day, MIN(CASE WHEN is_account THEN day END) AS account_day
    FROM told
    GROUP BY customer
),

people AS (
    SELECT DISTINCT customer, customer_id FROM known_accounts
)

SELECT
    people.customer,
    people.customer_id,
    -- one of whom no time is told is known tonight, and we cannot say since when
    COALESCE(since.day, $seen_until) AS day,
    since.account_day,
    countries.country_code,
    countries.day AS country_day
FROM people
LEFT JOIN since ON since.customer = people.customer
LEFT JOIN countries ON countries.customer = people.customer
