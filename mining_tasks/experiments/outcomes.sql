-- outcomes: what came in the `$horizon` days after day `$day` for each customer of `facts` of that day, in her main
-- currency of then (of those days, for one who had not ordered yet). Strictly after: the next day is the first.
WITH later AS (
    SELECT
        customer,
        currency,
        SUM(orders_count) AS orders_count,
        SUM(is_first) AS active_days_count,
        MIN(CASE WHEN orders_count > 0 THEN day END) - $day AS next_order_days,
        SUM(sales_amount) AS sales_amount,
        SUM(value_amount) AS value_amount
    FROM known_days_valued
    WHERE day > $day AND day <= $day + $horizon AND day <= $seen_until
    GROUP BY customer, currency
),

named AS (
    SELECT customers.customer, facts.customer_id, facts.as_of_date, facts.currency, facts.orders_count > 0 AS is_buyer
    FROM facts
    JOIN known_customers AS customers ON customers.customer_id = facts.customer_id
    WHERE facts.as_of_date = DATE '1970-01-01' + CAST($day AS INTEGER)
),

ranked AS (
    SELECT
        named.customer,
        later.* EXCLUDE (customer),
        CASE
            WHEN named.is_buyer THEN later.currency IS NOT DISTINCT FROM named.currency
            ELSE ROW_NUMBER() OVER (
                PARTITION BY later.customer
                ORDER BY later.orders_count DESC NULLS LAST,
                    CASE WHEN later.currency IS NULL THEN 1 ELSE 0 END, later.currency
            ) = 1
        END AS is_hers
    FROM later
    JOIN named ON named.customer = later.customer
),

summed AS (
    SELECT
        customer,
        SUM(orders_count) AS orders_count,
        SUM(active_days_count) AS active_days_count,
        MIN(next_order_days) AS next_order_days,
        SUM(CASE WHEN is_hers THEN sales_amount END) AS sales_amount,
        SUM(CASE WHEN is_hers THEN value_amount END) AS value_amount
    FROM ranked
    GROUP BY customer
)

SELECT
    named.customer_id,
    named.as_of_date,
    CAST($horizon AS BIGINT) AS horizon_days,
    $day + $horizon <= $seen_until AS is_mature,
    CAST(COALESCE(summed.orders_count, 0) AS BIGINT) AS orders_count,
    CAST(COALESCE(summed.active_days_count, 0) AS BIGINT) AS active_days_count,
    CAST(summed.next_order_days AS BIGINT) AS next_order_days,
    CAST(COALESCE(summed.sales_amount, 0) AS DOUBLE) AS sales_amount,
    CAST(COALESCE(summed.value_amount, 0) AS DOUBLE) AS value_amount
FROM named
LEFT JOIN summed ON summed.customer = named.customer
