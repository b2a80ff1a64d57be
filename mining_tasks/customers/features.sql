-- core_customers__features: one row per customer as of the end of `$as_of`, which is the instant `$night_end`.
-- Every fact is taken as it was then: rows count by their immutable time, a ticket is open if it was not solved by
-- then. So the same statements, over core_customers__departments of the same day, serve any earlier date.
-- In steps, so that one need not fit beside the next: 10 million orders for a million customers.

-- Customers by number: of every wide step the id would be half.
CREATE TEMP TABLE accounts AS
SELECT
    source_code,
    account_id_source,
    customer_id,
    CAST(DENSE_RANK() OVER (ORDER BY customer_id) AS INTEGER) AS customer
FROM core_identities__links;

CREATE TEMP TABLE customers AS
SELECT customer, customer_id, COUNT(*) AS accounts_count
FROM accounts
GROUP BY customer, customer_id;

-- Whose the orders are that no account placed.
CREATE TEMP TABLE guests AS
SELECT guest_orders.order_id_shop, accounts.customer
FROM core_identities__guest_orders AS guest_orders
JOIN (SELECT * FROM accounts WHERE source_code = 'shop') AS accounts
    ON 'shop:' || accounts.account_id_source = guest_orders.account_id;

-- Orders of every status count. Those who name neither an account nor a guest belong to nobody.
CREATE TEMP TABLE bought_orders AS
SELECT
    COALESCE(links.customer, guests.customer) AS customer,
    orders.store_id_shop,
    orders.currency, orders.sales_amount, orders.discount_amount,
    CAST(DATE_DIFF('day', orders.order_date, $as_of) AS INTEGER) AS age_days
FROM core_shop__orders AS orders
LEFT JOIN (SELECT * FROM accounts WHERE source_code = 'shop') AS links
    ON links.account_id_source = orders.customer_id_shop
LEFT JOIN guests ON guests.order_id_shop = orders.order_id_shop
WHERE
    orders.ordered_at < $night_end AND orders.order_date <= $as_of
    AND (links.customer IS NOT NULL OR guests.customer IS NOT NULL);

-- Amounts of several currencies are never added: hers is the one of most orders, a known one before none, then by name.
CREATE TEMP TABLE main_currency AS
SELECT customer, currency, currencies_count > 1 AS is_mixed
FROM (
    SELECT
        customer,
        currency,
        COUNT(*) OVER (PARTITION BY customer) AS currencies_count,
        ROW_NUMBER() OVER (
            PARTITION BY customer
            ORDER BY COUNT(*) DESC, CASE WHEN currency IS NULL THEN 1 ELSE 0 END, currency
        ) AS place
    FROM bought_orders
    GROUP BY customer, currency
) AS ranked
WHERE place = 1;

CREATE TEMP TABLE paid AS
SELECT
    main.customer,
    COUNT(*) AS orders_count,
    SUM(orders.sales_amount) AS sales_amount,
    SUM(CASE WHEN orders.age_days < 90 THEN orders.sales_amount END) AS sales_90_days_amount,
    SUM(CASE WHEN orders.age_days < 365 THEN orders.sales_amount END) AS sales_365_days_amount,
    SUM(orders.discount_amount) AS discount_amount
FROM bought_orders AS orders
JOIN main_currency AS main
    ON main.customer = orders.customer
    AND main.currency IS NOT DISTINCT FROM orders.currency
GROUP BY main.customer;

CREATE TEMP TABLE stores AS
SELECT customer, COUNT(*) AS stores_count
FROM (SELECT DISTINCT customer, store_id_shop FROM bought_orders WHERE store_id_shop IS NOT NULL) AS used
GROUP BY customer;

CREATE TEMP TABLE active_days AS
SELECT customer, age_days, COUNT(*) AS orders_count
FROM bought_orders
GROUP BY customer, age_days;

-- The deviation comes from whole sums: STDDEV_SAMP adds in an order of its own, and its last bits would change.
CREATE TEMP TABLE gaps AS
SELECT
    customer,
    CAST(days_sum AS DOUBLE) / gaps_count AS gap_mean_days,
    SQRT(CAST(gaps_count * squares_sum - days_sum * days_sum AS DOUBLE)
        / NULLIF(gaps_count * (gaps_count - 1), 0)) AS gap_deviation_days
FROM (
    SELECT
        customer,
        COUNT(*) AS gaps_count,
        CAST(SUM(age_days - later_age_days) AS BIGINT) AS days_sum,
        CAST(SUM((age_days - later_age_days) * (age_days - later_age_days)) AS BIGINT) AS squares_sum
    FROM (
        SELECT
            customer,
            age_days,
            LAG(age_days) OVER (PARTITION BY customer ORDER BY age_days) AS later_age_days
        FROM active_days
    ) AS days
    WHERE later_age_days IS NOT NULL
    GROUP BY customer
) AS sums;

-- Of equal departments the first by name.
CREATE TEMP TABLE range_bought AS
SELECT
    customers.customer,
    sums.*,
    tops.department AS top_department,
    tops.sales_share AS top_department_share
FROM (
    SELECT
        customer_id,
        COUNT(*) AS departments_count,
        SUM(products_count) AS products_count,  -- a product has one department, so nothing is counted twice
        SUM(lines_count) AS lines_count,
        SUM(coupon_lines_count) AS coupon_lines_count,
        SUM(CASE WHEN coupon_lines_count IS NOT NULL THEN lines_count END) AS coupon_known_count,
        SUM(discount_amount) AS discount_amount
    FROM core_customers__departments
    GROUP BY customer_id
) AS sums
JOIN customers ON customers.customer_id = sums.customer_id
LEFT JOIN (
    SELECT mine.customer_id, MIN(mine.department) AS department, MIN(mine.sales_share) AS sales_share
    FROM core_customers__departments AS mine
    JOIN (
        SELECT customer_id, MAX(sales_amount) AS sales_amount
        FROM core_customers__departments
        WHERE sales_amount > 0
        GROUP BY customer_id
    ) AS most
        ON most.customer_id = mine.customer_id AND most.sales_amount = mine.sales_amount
    GROUP BY mine.customer_id
) AS tops ON tops.customer_id = sums.customer_id;

-- What she bought, in one row, so that the last statement need not hold all of the above at once.
CREATE TEMP TABLE bought AS
SELECT
    counted.*,
    stores.stores_count,
    gaps.gap_mean_days,
    gaps.gap_deviation_days,
    main.currency,
    main.is_mixed,
    paid.orders_count AS paid_orders_count,
    paid.sales_amount,
    paid.sales_90_days_amount,
    paid.sales_365_days_amount,
    -- what the orders say; where a shop states discounts by line only, what the lines say
    COALESCE(paid.discount_amount, ranged.discount_amount) AS discount_amount,
    ranged.departments_count,
    ranged.products_count,
    ranged.lines_count,
    ranged.coupon_lines_count,
    ranged.coupon_known_count,
    ranged.top_department,
    ranged.top_department_share
FROM (
    SELECT
        customer,
        CAST(SUM(orders_count) AS BIGINT) AS orders_count,
        COUNT(*) AS active_days_count,
        MIN(age_days) AS recency_days,
        MAX(age_days) AS tenure_days,
        CAST(SUM(CASE WHEN age_days < 90 THEN orders_count ELSE 0 END) AS BIGINT) AS orders_90_days_count
    FROM active_days
    GROUP BY customer
) AS counted
JOIN main_currency AS main ON main.customer = counted.customer
JOIN paid ON paid.customer = counted.customer
LEFT JOIN stores ON stores.customer = counted.customer
LEFT JOIN gaps ON gaps.customer = counted.customer
LEFT JOIN range_bought AS ranged ON ranged.customer = counted.customer;

WITH contacted AS (
    SELECT
        links.customer,
        COUNT(DISTINCT reached.campaign_id_crm) AS campaigns_count,
        COUNT(DISTINCT CASE WHEN reached.responded_at < $night_end THEN reached.campaign_id_crm END)
            AS responses_count,
        MIN(FLOOR((EPOCH($night_end) - EPOCH(reached.contacted_at)) / 86400)) AS last_contact_days
    FROM core_crm__campaign_contacts AS reached
    JOIN accounts AS links
        ON links.source_code = 'crm' AND links.account_id_source = reached.contact_id_crm
    WHERE reached.contacted_at < $night_end
    GROUP BY links.customer
),

-- The strictest contact wins: one no, whenever it was said, or one yes that came later than the night, is a no.
said AS (
    SELECT
        links.customer,
        consents.channel_code,
        CASE WHEN consents.is_granted AND consents.recorded_at < $night_end THEN 1 ELSE 0 END AS is_yes
    FROM core_crm__consents AS consents
    JOIN accounts AS links
        ON links.source_code = 'crm' AND links.account_id_source = consents.contact_id_crm
),

granted AS (
    SELECT
        customer,
        MIN(CASE WHEN channel_code = 'email' THEN is_yes END) = 1 AS has_email_consent,
        MIN(CASE WHEN channel_code = 'sms' THEN is_yes END) = 1 AS has_sms_consent,
        MIN(CASE WHEN channel_code = 'phone' THEN is_yes END) = 1 AS has_phone_consent,
        MIN(CASE WHEN channel_code = 'post' THEN is_yes END) = 1 AS has_post_consent
    FROM said
    GROUP BY customer
),

wrote AS (
    SELECT
        links.customer,
        FLOOR((EPOCH($night_end) - EPOCH(tickets.opened_at)) / 86400) AS age_days,
        CASE WHEN tickets.solved_at < $night_end THEN 0 ELSE 1 END AS is_open
    FROM core_support__tickets AS tickets
    JOIN accounts AS links
        ON links.source_code = 'support' AND links.account_id_source = tickets.requester_id_support
    WHERE tickets.opened_at < $night_end
),

asked AS (
    SELECT
        customer,
        COUNT(*) AS tickets_count,
        SUM(is_open) AS open_tickets_count,
        MAX(CASE WHEN is_open = 1 THEN age_days END) AS oldest_open_ticket_days,
        MIN(age_days) AS last_ticket_days
    FROM wrote
    GROUP BY customer
),

reviewed AS (
    SELECT links.customer, COUNT(*) AS reviews_count, AVG(CAST(reviews.stars_count AS DOUBLE)) AS stars_mean
    FROM core_support__reviews AS reviews
    JOIN accounts AS links
        ON links.source_code = 'support' AND links.account_id_source = reviews.requester_id_support
    WHERE reviews.reviewed_at < $night_end
    GROUP BY links.customer
)

SELECT
    customers.customer_id,
    COALESCE(bought.orders_count, 0) AS orders_count,
    COALESCE(bought.active_days_count, 0) AS active_days_count,
    CAST(COALESCE(bought.lines_count, 0) AS BIGINT) AS lines_count,
    CAST(COALESCE(bought.products_count, 0) AS BIGINT) AS products_count,
    COALESCE(bought.departments_count, 0) AS departments_count,
    COALESCE(bought.stores_count, 0) AS stores_count,
    CAST(bought.recency_days AS DOUBLE) AS recency_days,
    CAST(bought.tenure_days AS DOUBLE) AS tenure_days,
    bought.gap_mean_days,
    bought.gap_deviation_days,
    bought.currency,
    COALESCE(bought.is_mixed, FALSE) AS is_currency_mixed,
    CAST(COALESCE(bought.sales_amount, 0) AS DECIMAL(18, 4)) AS sales_amount,
    CAST(COALESCE(bought.sales_90_days_amount, 0) AS DECIMAL(18, 4)) AS sales_90_days_amount,
    CAST(COALESCE(bought.sales_365_days_amount, 0) AS DECIMAL(18, 4)) AS sales_365_days_amount,
    CAST(ROUND(CAST(bought.sales_amount AS DOUBLE) / bought.paid_orders_count, 4) AS DECIMAL(18, 4))
        AS basket_mean_amount,
    CAST(COALESCE(bought.orders_90_days_count, 0) AS BIGINT) AS orders_90_days_count,
    CAST(COALESCE(bought.discount_amount, 0) AS DECIMAL(18, 4)) AS discount_amount,
    CASE
        WHEN bought.sales_amount >= 0 AND bought.discount_amount >= 0
            THEN CAST(bought.discount_amount AS DOUBLE)
                / NULLIF(CAST(bought.sales_amount + bought.discount_amount AS DOUBLE), 0)
    END AS discount_share,
    CAST(bought.coupon_lines_count AS DOUBLE) / bought.coupon_known_count AS coupon_lines_share,
    bought.top_department,
    bought.top_department_share,
    COALESCE(contacted.campaigns_count, 0) AS campaigns_count,
    COALESCE(contacted.responses_count, 0) AS responses_count,
    CAST(contacted.responses_count AS DOUBLE) / contacted.campaigns_count AS response_share,
    contacted.last_contact_days,
    COALESCE(asked.tickets_count, 0) AS tickets_count,
    CAST(COALESCE(asked.open_tickets_count, 0) AS BIGINT) AS open_tickets_count,
    asked.oldest_open_ticket_days,
    asked.last_ticket_days,
    COALESCE(reviewed.reviews_count, 0) AS reviews_count,
    reviewed.stars_mean,
    COALESCE(granted.has_email_consent, FALSE) AS has_email_consent,
    COALESCE(granted.has_sms_consent, FALSE) AS has_sms_consent,
    COALESCE(granted.has_phone_consent, FALSE) AS has_phone_consent,
    COALESCE(granted.has_post_consent, FALSE) AS has_post_consent,
    customers.accounts_count
FROM customers
LEFT JOIN bought ON bought.customer = customers.customer
LEFT JOIN contacted ON contacted.customer = customers.customer
LEFT JOIN granted ON granted.customer = customers.customer
LEFT JOIN asked ON asked.customer = customers.customer
LEFT JOIN reviewed ON reviewed.customer = customers.customer
