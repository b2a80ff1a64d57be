-- habits: of each customer with an order by day `$day`, what purchase models of several kinds of customer look at. The
-- first order's month is no repeat order's. Departments are counted by order line. What orders and lines are worth is
-- told beside what is usual in their currency, so that money of several may be added; six places are kept, which add up
-- to the same in any order. Months (from 0, January) and departments are the keys of maps.
WITH days AS (
    SELECT
        customer,
        MONTH(DATE '1970-01-01' + CAST(day AS INTEGER)) AS month_number,
        gap_days IS NOT NULL AND is_first = 1 AS is_repeat,
        CASE WHEN orders_count > 0 THEN day END AS order_day,
        CAST(value_amount + refund_amount AS DOUBLE) / NULLIF(
            GREATEST(CAST(SUM(value_amount + refund_amount) OVER alike AS DOUBLE) / SUM(orders_count) OVER alike, 0), 0
        ) AS typical_count
    FROM known_days_valued
    WHERE day <= $day
    WINDOW alike AS (PARTITION BY currency)
),

months AS (
    SELECT
        customer,
        month_number,
        MIN(order_day) AS first_day,
        COUNT_IF(is_repeat) AS repeats_count,
        SUM(COALESCE(TRY_CAST(typical_count AS DECIMAL(18, 6)), 0)) AS typical_count
    FROM days
    GROUP BY customer, month_number
),

years AS (
    SELECT
        customer,
        MIN(first_day) AS first_day,
        MAP_FROM_ENTRIES(LIST((month_number - 1, CAST(repeats_count AS BIGINT)))) AS repeats,
        MAP_FROM_ENTRIES(LIST((month_number - 1, CAST(typical_count AS DOUBLE)))) AS worth
    FROM months
    GROUP BY customer
),

goods AS (
    SELECT
        customer,
        department,
        lines_count,
        CAST(sales_amount AS DOUBLE)
        / NULLIF(GREATEST(CAST(SUM(sales_amount) OVER alike AS DOUBLE) / SUM(lines_count) OVER alike, 0), 0)
            AS typical_count
    FROM (
        SELECT
            customer,
            currency,
            department,
            SUM(lines_count) AS lines_count,
            SUM(lines_sales_amount) AS sales_amount
        FROM known_goods
        WHERE day <= $day
        GROUP BY customer, currency, department
    ) AS bought
    WINDOW alike AS (PARTITION BY currency, department)
),

departments AS (
    SELECT
        customer,
        department,
        SUM(lines_count) AS lines_count,
        SUM(COALESCE(TRY_CAST(typical_count AS DECIMAL(18, 6)), 0)) AS typical_count
    FROM goods
    GROUP BY customer, department
),

lines AS (
    SELECT
        customer,
        MAP_FROM_ENTRIES(LIST((department, CAST(lines_count AS BIGINT))) FILTER (department IS NOT NULL)) AS departments,
        CAST(SUM(typical_count) AS DOUBLE) / SUM(lines_count) AS price
    FROM departments
    GROUP BY customer
)

SELECT
    customers.customer_id,
    DATE '1970-01-01' + CAST($day AS INTEGER) AS as_of_date,
    CAST(years.first_day AS BIGINT) AS first_day,
    years.repeats AS habit_months,
    years.worth AS habit_worth,
    lines.departments AS habit_departments,
    lines.price AS habit_price
FROM years
JOIN known_customers AS customers ON customers.customer = years.customer
LEFT JOIN lines ON lines.customer = years.customer
WHERE years.first_day IS NOT NULL
