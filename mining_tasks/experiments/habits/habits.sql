-- habits: of each customer with an order by day `$day`, what purchase models of several kinds of customer look at. The
-- first order's month is no repeat order's. A day counts once for each department of which anything was bought.
WITH days AS (
    SELECT
        customer,
        day,
        CASE WHEN gap_days IS NOT NULL AND is_first = 1 THEN MONTH(DATE '1970-01-01' + CAST(day AS INTEGER)) END
            AS month_number,
        CASE WHEN orders_count > 0 THEN day END AS order_day,
        COALESCE(departments, 0) AS departments
    FROM known_days
    WHERE day <= $day
),

summed AS (
    SELECT
        customer,
        MIN(order_day) AS first_day,
        LIST_VALUE(
            SUM(CASE WHEN month_number = 1 THEN 1 ELSE 0 END), SUM(CASE WHEN month_number = 2 THEN 1 ELSE 0 END),
            SUM(CASE WHEN month_number = 3 THEN 1 ELSE 0 END), SUM(CASE WHEN month_number = 4 THEN 1 ELSE 0 END),
            SUM(CASE WHEN month_number = 5 THEN 1 ELSE 0 END), SUM(CASE WHEN month_number = 6 THEN 1 ELSE 0 END),
            SUM(CASE WHEN month_number = 7 THEN 1 ELSE 0 END), SUM(CASE WHEN month_number = 8 THEN 1 ELSE 0 END),
            SUM(CASE WHEN month_number = 9 THEN 1 ELSE 0 END), SUM(CASE WHEN month_number = 10 THEN 1 ELSE 0 END),
            SUM(CASE WHEN month_number = 11 THEN 1 ELSE 0 END), SUM(CASE WHEN month_number = 12 THEN 1 ELSE 0 END)
        ) AS habit_months,
        LIST_VALUE(
            SUM((departments >> 0) & 1), SUM((departments >> 1) & 1), SUM((departments >> 2) & 1),
            SUM((departments >> 3) & 1), SUM((departments >> 4) & 1), SUM((departments >> 5) & 1),
            SUM((departments >> 6) & 1), SUM((departments >> 7) & 1), SUM((departments >> 8) & 1),
            SUM((departments >> 9) & 1), SUM((departments >> 10) & 1), SUM((departments >> 11) & 1),
            SUM((departments >> 12) & 1), SUM((departments >> 13) & 1), SUM((departments >> 14) & 1),
            SUM((departments >> 15) & 1), SUM((departments >> 16) & 1), SUM((departments >> 17) & 1),
            SUM((departments >> 18) & 1), SUM((departments >> 19) & 1), SUM((departments >> 20) & 1),
            SUM((departments >> 21) & 1), SUM((departments >> 22) & 1), SUM((departments >> 23) & 1),
            SUM((departments >> 24) & 1), SUM((departments >> 25) & 1), SUM((departments >> 26) & 1),
            SUM((departments >> 27) & 1), SUM((departments >> 28) & 1), SUM((departments >> 29) & 1),
            SUM((departments >> 30) & 1), SUM((departments >> 31) & 1), SUM((departments >> 32) & 1),
            SUM((departments >> 33) & 1), SUM((departments >> 34) & 1), SUM((departments >> 35) & 1),
            SUM((departments >> 36) & 1), SUM((departments >> 37) & 1), SUM((departments >> 38) & 1),
            SUM((departments >> 39) & 1), SUM((departments >> 40) & 1), SUM((departments >> 41) & 1),
            SUM((departments >> 42) & 1), SUM((departments >> 43) & 1), SUM((departments >> 44) & 1),
            SUM((departments >> 45) & 1), SUM((departments >> 46) & 1), SUM((departments >> 47) & 1),
            SUM((departments >> 48) & 1), SUM((departments >> 49) & 1), SUM((departments >> 50) & 1),
            SUM((departments >> 51) & 1), SUM((departments >> 52) & 1), SUM((departments >> 53) & 1),
            SUM((departments >> 54) & 1), SUM((departments >> 55) & 1), SUM((departments >> 56) & 1),
            SUM((departments >> 57) & 1), SUM((departments >> 58) & 1), SUM((departments >> 59) & 1),
            SUM((departments >> 60) & 1), SUM((departments >> 61) & 1)
        ) AS habit_departments
    FROM days
    GROUP BY customer
)

SELECT
    customers.customer_id,
    DATE '1970-01-01' + CAST($day AS INTEGER) AS as_of_date,
    CAST(summed.first_day AS BIGINT) AS first_day,
    CAST(summed.habit_months AS BIGINT[]) AS habit_months,
    CAST(summed.habit_departments AS BIGINT[]) AS habit_departments
FROM summed
JOIN known_customers AS customers ON customers.customer = summed.customer
WHERE summed.first_day IS NOT NULL
