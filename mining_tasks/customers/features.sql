-- core_customers__features: one row per customer as of the end of `$as_of`, which is the instant `$night_end`.
-- Every fact is taken as it was then: rows count by their immutable time, a ticket is open if it was not solved by
-- then. So the same statement, over core_customers__departments of the same day, serves any earlier date.
WITH customers AS (
    SELECT customer_id, COUNT(*) AS accounts_count
    FROM core_identities__links
    GROUP BY customer_id
),

-- Orders of every status count; guests have no account and so no customer.
bought_orders AS (
    SELECT
        links.customer_id,
        orders.order_date,
        orders.store_id_shop,
        orders.currency, orders.sales_amount, orders.discount_amount,
        DATE_DIFF('day', orders.order_date, $as_of) AS age_days
    FROM core_shop__orders AS orders
    JOIN core_identities__links AS links
        ON links.source_code = 'shop' AND links.account_id_source = orders.customer_id_shop
    WHERE orders.ordered_at < $night_end AND orders.order_date <= $as_of
),

-- Amounts of several currencies are never added: hers is the one of most orders, a known one before none, then by name.
ranked_currencies AS (
    SELECT
        customer_id,
        currency,
        COUNT(*) OVER (PARTITION BY customer_id) AS currencies_count,
        ROW_NUMBER() OVER (
            PARTITION BY customer_id
            ORDER BY COUNT(*) DESC, CASE WHEN currency IS NULL THEN 1 ELSE 0 END, currency
        ) AS place
    FROM bought_orders
    GROUP BY customer_id, currency
),

counted AS (
    SELECT
        customer_id,
        COUNT(*) AS orders_count,
        COUNT(DISTINCT order_date) AS active_days_count,
        COUNT(DISTINCT store_id_shop) AS stores_count,
        MIN(age_days) AS recency_days,
        MAX(age_days) AS tenure_days,
        SUM(CASE WHEN age_days < 90 THEN 1 ELSE 0 END) AS orders_90_days_count
    FROM bought_orders
    GROUP BY customer_id
),

paid AS (
    SELECT
        bought_orders.customer_id,
        bought_orders.currency,
        COUNT(*) AS orders_count,
        SUM(bought_orders.sales_amount) AS sales_amount,
        SUM(CASE WHEN age_days < 90 THEN bought_orders.sales_amount END) AS sales_90_days_amount,
        SUM(CASE WHEN age_days < 365 THEN bought_orders.sales_amount END) AS sales_365_days_amount,
        SUM(bought_orders.discount_amount) AS discount_amount
    FROM bought_orders
    JOIN ranked_currencies AS main
        ON main.customer_id = bought_orders.customer_id
        AND main.place = 1
        AND main.currency IS NOT DISTINCT FROM bought_orders.currency
    GROUP BY bought_orders.customer_id, bought_orders.currency
),

active_days AS (
    SELECT
        customer_id,
        age_days,
        LAG(age_days) OVER (PARTITION BY customer_id ORDER BY age_days) AS later_age_days
    FROM (SELECT DISTINCT customer_id, age_days FROM bought_orders) AS days
),

-- The deviation comes from whole sums: STDDEV_SAMP adds in an order of its own, and its last bits would change.
gaps AS (
    SELECT
        customer_id,
        CAST(days_sum AS DOUBLE) / gaps_count AS gap_mean_days,
        SQRT(CAST(gaps_count * squares_sum - days_sum * days_sum AS DOUBLE)
            / NULLIF(gaps_count * (gaps_count - 1), 0)) AS gap_deviation_days
    FROM (
        SELECT
            customer_id,
            COUNT(*) AS gaps_count,
            CAST(SUM(age_days - later_age_days) AS BIGINT) AS days_sum,
            CAST(SUM((age_days - later_age_days) * (age_days - later_age_days)) AS BIGINT) AS squares_sum
        FROM active_days
        WHERE later_age_days IS NOT NULL
        GROUP BY customer_id
    ) AS sums
),

range_bought AS (
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
),

top_departments AS (
    SELECT customer_id, department, sales_share
    FROM (
        SELECT
            customer_id,
            department,
            sales_share,
            ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY sales_amount DESC, department) AS place
        FROM core_customers__departments
        WHERE sales_amount > 0
    ) AS ranked
    WHERE place = 1
),

contacted AS (
    SELECT
        links.customer_id,
        COUNT(DISTINCT reached.campaign_id_crm) AS campaigns_count,
        COUNT(DISTINCT CASE WHEN reached.responded_at < $night_end THEN reached.campaign_id_crm END)
            AS responses_count,
        MIN(FLOOR((EPOCH($night_end) - EPOCH(reached.contacted_at)) / 86400)) AS last_contact_days
    FROM core_crm__campaign_contacts AS reached
    JOIN core_identities__links AS links
        ON links.source_code = 'crm' AND links.account_id_source = reached.contact_id_crm
    WHERE reached.contacted_at < $night_end
    GROUP BY links.customer_id
),

-- The strictest contact wins: one no, whenever it was said, or one yes that came later than the night, is a no.
said AS (
    SELECT
        links.customer_id,
        consents.channel_code,
        CASE WHEN consents.is_granted AND consents.recorded_at < $night_end THEN 1 ELSE 0 END AS is_yes
    FROM core_crm__consents AS consents
    JOIN core_identities__links AS links
        ON links.source_code = 'crm' AND links.account_id_source = consents.contact_id_crm
),

granted AS (
    SELECT
        customer_id,
        MIN(CASE WHEN channel_code = 'email' THEN is_yes END) = 1 AS has_email_consent,
        MIN(CASE WHEN channel_code = 'sms' THEN is_yes END) = 1 AS has_sms_consent,
        MIN(CASE WHEN channel_code = 'phone' THEN is_yes END) = 1 AS has_phone_consent,
        MIN(CASE WHEN channel_code = 'post' THEN is_yes END) = 1 AS has_post_consent
    FROM said
    GROUP BY customer_id
),

wrote AS (
    SELECT
        links.customer_id,
        FLOOR((EPOCH($night_end) - EPOCH(tickets.opened_at)) / 86400) AS age_days,
        CASE WHEN tickets.solved_at < $night_end THEN 0 ELSE 1 END AS is_open
    FROM core_support__tickets AS tickets
    JOIN core_identities__links AS links
        ON links.source_code = 'support' AND links.account_id_source = tickets.requester_id_support
    WHERE tickets.opened_at < $night_end
),

asked AS (
    SELECT
        customer_id,
        COUNT(*) AS tickets_count,
        SUM(is_open) AS open_tickets_count,
        MAX(CASE WHEN is_open = 1 THEN age_days END) AS oldest_open_ticket_days,
        MIN(age_days) AS last_ticket_days
    FROM wrote
    GROUP BY customer_id
),

reviewed AS (
    SELECT links.customer_id, COUNT(*) AS reviews_count, AVG(CAST(reviews.stars_count AS DOUBLE)) AS stars_mean
    FROM core_support__reviews AS reviews
    JOIN core_identities__links AS links
        ON links.source_code = 'support' AND links.account_id_source = reviews.requester_id_support
    WHERE reviews.reviewed_at < $night_end
    GROUP BY links.customer_id
),

discounts AS (
    -- what the orders say; where a shop states discounts by line only, what the lines say
    SELECT paid.customer_id, COALESCE(paid.discount_amount, range_bought.discount_amount) AS discount_amount
    FROM paid LEFT JOIN range_bought ON range_bought.customer_id = paid.customer_id
)

SELECT
    customers.customer_id,
    COALESCE(counted.orders_count, 0) AS orders_count,
    COALESCE(counted.active_days_count, 0) AS active_days_count,
    CAST(COALESCE(range_bought.lines_count, 0) AS BIGINT) AS lines_count,
    CAST(COALESCE(range_bought.products_count, 0) AS BIGINT) AS products_count,
    COALESCE(range_bought.departments_count, 0) AS departments_count,
    COALESCE(counted.stores_count, 0) AS stores_count,
    CAST(counted.recency_days AS DOUBLE) AS recency_days,
    CAST(counted.tenure_days AS DOUBLE) AS tenure_days,
    gaps.gap_mean_days,
    gaps.gap_deviation_days,
    main.currency,
    COALESCE(main.currencies_count > 1, FALSE) AS is_currency_mixed,
    CAST(COALESCE(paid.sales_amount, 0) AS DECIMAL(18, 4)) AS sales_amount,
    CAST(COALESCE(paid.sales_90_days_amount, 0) AS DECIMAL(18, 4)) AS sales_90_days_amount,
    CAST(COALESCE(paid.sales_365_days_amount, 0) AS DECIMAL(18, 4)) AS sales_365_days_amount,
    CAST(ROUND(CAST(paid.sales_amount AS DOUBLE) / paid.orders_count, 4) AS DECIMAL(18, 4)) AS basket_mean_amount,
    CAST(COALESCE(counted.orders_90_days_count, 0) AS BIGINT) AS orders_90_days_count,
    CAST(COALESCE(discounts.discount_amount, 0) AS DECIMAL(18, 4)) AS discount_amount,
    CASE
        WHEN paid.sales_amount >= 0 AND discounts.discount_amount >= 0
            THEN CAST(discounts.discount_amount AS DOUBLE)
                / NULLIF(CAST(paid.sales_amount + discounts.discount_amount AS DOUBLE), 0)
    END AS discount_share,
    CAST(range_bought.coupon_lines_count AS DOUBLE) / range_bought.coupon_known_count AS coupon_lines_share,
    top_departments.department AS top_department,
    top_departments.sales_share AS top_department_share,
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
LEFT JOIN counted ON counted.customer_id = customers.customer_id
LEFT JOIN ranked_currencies AS main ON main.customer_id = customers.customer_id AND main.place = 1
LEFT JOIN paid ON paid.customer_id = customers.customer_id
LEFT JOIN discounts ON discounts.customer_id = customers.customer_id
LEFT JOIN gaps ON gaps.customer_id = customers.customer_id
LEFT JOIN range_bought ON range_bought.customer_id = customers.customer_id
LEFT JOIN top_departments ON top_departments.customer_id = customers.customer_id
LEFT JOIN contacted ON contacted.customer_id = customers.customer_id
LEFT JOIN granted ON granted.customer_id = customers.customer_id
LEFT JOIN asked ON asked.customer_id = customers.customer_id
LEFT JOIN reviewed ON reviewed.customer_id = customers.customer_id
