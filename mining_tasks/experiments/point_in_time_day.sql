-- facts: one row per customer known by the end of day `$day`, from what happened up to then. The same statement
-- makes the rows a model learns from and those it scores tonight.
WITH by_currency AS (
    SELECT
        customer,
        currency,
        CAST(SUM(orders_count) AS BIGINT) AS orders_count,
        SUM(is_first) AS active_days_count,
        MIN(CASE WHEN orders_count > 0 THEN day END) AS first_day,
        MAX(CASE WHEN orders_count > 0 THEN day END) AS last_day,
        COUNT(gap_days) AS gaps_count,
        SUM(gap_days) AS gaps_sum,
        SUM(gap_days * gap_days) AS gaps_squares,
        SUM(CASE WHEN day > $day - 30 THEN orders_count END) AS orders_30_days_count,
        SUM(CASE WHEN day > $day - 90 THEN orders_count END) AS orders_90_days_count,
        SUM(CASE WHEN day > $day - 365 THEN orders_count END) AS orders_365_days_count,
        SUM(sales_amount) AS sales_amount,
        SUM(CASE WHEN day > $day - 90 THEN sales_amount END) AS sales_90_days_amount,
        SUM(CASE WHEN day > $day - 365 THEN sales_amount END) AS sales_365_days_amount,
        SUM(value_amount) AS value_amount,
        SUM(CASE WHEN day > $day - 90 THEN value_amount END) AS value_90_days_amount,
        SUM(CASE WHEN day > $day - 365 THEN value_amount END) AS value_365_days_amount,
        SUM(discount_amount) AS discount_amount,
        SUM(refund_amount) AS refund_amount,
        SUM(returns_count) AS returns_count,
        SUM(lines_count) AS lines_count,
        SUM(coupon_known_count) AS coupon_known_count,
        SUM(coupon_lines_count) AS coupon_lines_count,
        BIT_OR(departments) AS departments
    FROM known_days_valued
    WHERE day <= $day
    GROUP BY customer, currency
),

-- Amounts of several currencies are never added: hers is the one of most orders, a known one before none, then by name.
ranked AS (
    SELECT
        *,
        ROW_NUMBER() OVER (
            PARTITION BY customer
            ORDER BY orders_count DESC NULLS LAST, CASE WHEN currency IS NULL THEN 1 ELSE 0 END, currency
        ) AS place
    FROM by_currency
),

bought AS (
    SELECT
        customer,
        MIN(CASE WHEN place = 1 THEN currency END) AS currency,
        SUM(orders_count) AS orders_count,
        SUM(active_days_count) AS active_days_count,
        $day - MAX(last_day) AS recency_days,
        $day - MIN(first_day) AS tenure_days,
        SUM(gaps_count) AS gaps_count,
        SUM(gaps_sum) AS gaps_sum,
        SUM(gaps_squares) AS gaps_squares,
        SUM(orders_30_days_count) AS orders_30_days_count,
        SUM(orders_90_days_count) AS orders_90_days_count,
        SUM(orders_365_days_count) AS orders_365_days_count,
        SUM(CASE WHEN place = 1 THEN orders_count END) AS paid_orders_count,
        SUM(CASE WHEN place = 1 THEN sales_amount END) AS sales_amount,
        SUM(CASE WHEN place = 1 THEN sales_90_days_amount END) AS sales_90_days_amount,
        SUM(CASE WHEN place = 1 THEN sales_365_days_amount END) AS sales_365_days_amount,
        SUM(CASE WHEN place = 1 THEN value_amount END) AS value_amount,
        SUM(CASE WHEN place = 1 THEN value_90_days_amount END) AS value_90_days_amount,
        SUM(CASE WHEN place = 1 THEN value_365_days_amount END) AS value_365_days_amount,
        SUM(CASE WHEN place = 1 THEN discount_amount END) AS discount_amount,
        SUM(CASE WHEN place = 1 THEN refund_amount END) AS refund_amount,
        SUM(returns_count) AS returns_count,
        SUM(lines_count) AS lines_count,
        SUM(coupon_known_count) AS coupon_known_count,
        SUM(coupon_lines_count) AS coupon_lines_count,
        BIT_COUNT(BIT_OR(departments)) AS departments_count
    FROM ranked
    GROUP BY customer
    HAVING SUM(orders_count) > 0
),

contacted AS (
    SELECT
        customer,
        COUNT(*) AS campaigns_count,
        SUM(CASE WHEN day > $day - 90 THEN 1 ELSE 0 END) AS campaigns_90_days_count,
        SUM(CASE WHEN responded_day <= $day THEN 1 ELSE 0 END) AS responses_count,
        $day - MAX(day) AS last_contact_days,
        $day - MAX(CASE WHEN responded_day <= $day THEN responded_day END) AS last_response_days
    FROM known_contacts
    WHERE day <= $day
    GROUP BY customer
),

-- The strictest contact wins.
granted AS (
    SELECT
        customer,
        MIN(CASE WHEN channel_code = 'email' THEN CAST(is_granted AS INTEGER) END) AS email,
        MIN(CASE WHEN channel_code = 'sms' THEN CAST(is_granted AS INTEGER) END) AS sms,
        MIN(CASE WHEN channel_code = 'phone' THEN CAST(is_granted AS INTEGER) END) AS phone,
        MIN(CASE WHEN channel_code = 'post' THEN CAST(is_granted AS INTEGER) END) AS post
    FROM known_consents
    WHERE day <= $day
    GROUP BY customer
),

asked AS (
    SELECT
        customer,
        COUNT(*) AS tickets_count,
        SUM(CASE WHEN day > $day - 90 THEN 1 ELSE 0 END) AS tickets_90_days_count,
        SUM(CASE WHEN solved_day <= $day THEN 0 ELSE 1 END) AS open_tickets_count,
        $day - MAX(day) AS last_ticket_days
    FROM known_tickets
    WHERE day <= $day
    GROUP BY customer
),

reviewed AS (
    SELECT customer, COUNT(*) AS reviews_count, AVG(CAST(stars_count AS DOUBLE)) AS stars_mean
    FROM known_reviews
    WHERE day <= $day
    GROUP BY customer
)

SELECT
    customers.customer_id,
    DATE '1970-01-01' + CAST($day AS INTEGER) AS as_of_date,
    CAST(COALESCE(bought.orders_count, 0) AS BIGINT) AS orders_count,
    CAST(COALESCE(bought.active_days_count, 0) AS BIGINT) AS active_days_count,
    CAST(GREATEST(COALESCE(bought.active_days_count, 0) - 1, 0) AS BIGINT) AS repeats_count,
    CAST(bought.recency_days AS DOUBLE) AS recency_days,
    CAST(bought.tenure_days AS DOUBLE) AS tenure_days,
    CAST(bought.tenure_days - bought.recency_days AS DOUBLE) AS first_to_last_days,
    CAST(CASE WHEN customers.account_day <= $day THEN $day - customers.account_day END AS DOUBLE) AS account_age_days,
    CAST(bought.gaps_sum AS DOUBLE) / bought.gaps_count AS gap_mean_days,
    SQRT(CAST(bought.gaps_count * bought.gaps_squares - bought.gaps_sum * bought.gaps_sum AS DOUBLE)
        / NULLIF(bought.gaps_count * (bought.gaps_count - 1), 0)) AS gap_deviation_days,
    CAST(COALESCE(bought.orders_30_days_count, 0) AS BIGINT) AS orders_30_days_count,
    CAST(COALESCE(bought.orders_90_days_count, 0) AS BIGINT) AS orders_90_days_count,
    CAST(COALESCE(bought.orders_365_days_count, 0) AS BIGINT) AS orders_365_days_count,
    bought.currency,
    CAST(COALESCE(bought.paid_orders_count, 0) AS BIGINT) AS paid_orders_count,
    CAST(COALESCE(bought.sales_amount, 0) AS DOUBLE) AS sales_amount,
    CAST(COALESCE(bought.sales_90_days_amount, 0) AS DOUBLE) AS sales_90_days_amount,
    CAST(COALESCE(bought.sales_365_days_amount, 0) AS DOUBLE) AS sales_365_days_amount,
    $basis AS value_basis_code,
    CAST(COALESCE(bought.value_amount, 0) AS DOUBLE) AS value_amount,
    CAST(COALESCE(bought.value_90_days_amount, 0) AS DOUBLE) AS value_90_days_amount,
    CAST(COALESCE(bought.value_365_days_amount, 0) AS DOUBLE) AS value_365_days_amount,
    CAST(bought.value_amount AS DOUBLE) / bought.paid_orders_count AS value_mean_amount,
    CAST(bought.sales_amount AS DOUBLE) / bought.paid_orders_count AS basket_mean_amount,
    CASE
        WHEN bought.sales_amount >= 0 AND bought.discount_amount >= 0
            THEN CAST(bought.discount_amount AS DOUBLE)
                / NULLIF(CAST(bought.sales_amount + bought.discount_amount AS DOUBLE), 0)
    END AS discount_share,
    CAST(bought.refund_amount AS DOUBLE) / CAST(NULLIF(GREATEST(bought.sales_amount, 0), 0) AS DOUBLE)
        AS refund_share,
    CAST(COALESCE(bought.returns_count, 0) AS BIGINT) AS returns_count,
    CAST(COALESCE(bought.lines_count, 0) AS BIGINT) AS lines_count,
    CAST(bought.coupon_lines_count AS DOUBLE) / NULLIF(bought.coupon_known_count, 0) AS coupon_lines_share,
    CAST(COALESCE(bought.departments_count, 0) AS BIGINT) AS departments_count,
    COALESCE(contacted.campaigns_count, 0) AS campaigns_count,
    CAST(COALESCE(contacted.campaigns_90_days_count, 0) AS BIGINT) AS campaigns_90_days_count,
    CAST(COALESCE(contacted.responses_count, 0) AS BIGINT) AS responses_count,
    CAST(contacted.responses_count AS DOUBLE) / contacted.campaigns_count AS response_share,
    CAST(contacted.last_contact_days AS DOUBLE) AS last_contact_days,
    CAST(contacted.last_response_days AS DOUBLE) AS last_response_days,
    COALESCE(asked.tickets_count, 0) AS tickets_count,
    CAST(COALESCE(asked.tickets_90_days_count, 0) AS BIGINT) AS tickets_90_days_count,
    CAST(COALESCE(asked.open_tickets_count, 0) AS BIGINT) AS open_tickets_count,
    CAST(asked.last_ticket_days AS DOUBLE) AS last_ticket_days,
    COALESCE(reviewed.reviews_count, 0) AS reviews_count,
    reviewed.stars_mean,
    COALESCE(granted.email, 0) = 1 AS has_email_consent,
    COALESCE(granted.sms, 0) = 1 AS has_sms_consent,
    COALESCE(granted.phone, 0) = 1 AS has_phone_consent,
    COALESCE(granted.post, 0) = 1 AS has_post_consent,
    CASE
        WHEN bought.tenure_days IS NULL THEN 'no order'
        WHEN bought.tenure_days < 90 THEN 'under 90 days'
        WHEN bought.tenure_days < 365 THEN '90 to 364 days'
        ELSE '365 days and more'
    END AS tenure_code,
    CASE WHEN customers.country_day <= $day THEN customers.country_code END AS country_code,
    CASE
        WHEN customers.account_day IS NULL OR customers.account_day > $day THEN 'not known'
        WHEN $day - customers.account_day < 90 THEN 'under 90 days'
        WHEN $day - customers.account_day < 365 THEN '90 to 364 days'
        ELSE '365 days and more'
    END AS account_age_code
FROM known_customers AS customers
LEFT JOIN bought ON bought.customer = customers.customer
LEFT JOIN contacted ON contacted.customer = customers.customer
LEFT JOIN granted ON granted.customer = customers.customer
LEFT JOIN asked ON asked.customer = customers.customer
LEFT JOIN reviewed ON reviewed.customer = customers.customer
WHERE customers.day <= $day
