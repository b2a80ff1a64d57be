-- tastes: what share of the lines that a customer had bought by each day of `facts` came from each of ten departments.
-- In a connection of `point_in_time.opened`; `$departments` names the ten, missing ones as NULL.
CREATE OR REPLACE TEMP TABLE tastes AS
WITH bought AS (
    SELECT orders.customer, orders.day, products.department, COUNT(*) AS lines_count
    FROM seen_order_lines AS lines
    JOIN known_orders AS orders ON orders.order_id_shop = lines.order_id_shop
    LEFT JOIN seen_products AS products ON products.product_id_shop = lines.product_id_shop
    GROUP BY orders.customer, orders.day, products.department
),

known AS (
    SELECT bought.customer, days.as_of_date, bought.department, CAST(SUM(bought.lines_count) AS DOUBLE) AS lines_count
    FROM bought
    JOIN (
        SELECT DISTINCT as_of_date, DATE_DIFF('day', DATE '1970-01-01', as_of_date) AS number FROM facts
    ) AS days ON bought.day <= days.number
    GROUP BY bought.customer, days.as_of_date, bought.department
)

SELECT
    customer,
    as_of_date,
    SUM(CASE WHEN department = LIST_EXTRACT($departments, 1) THEN lines_count ELSE 0 END) / SUM(lines_count)
        AS department_1_share,
    SUM(CASE WHEN department = LIST_EXTRACT($departments, 2) THEN lines_count ELSE 0 END) / SUM(lines_count)
        AS department_2_share,
    SUM(CASE WHEN department = LIST_EXTRACT($departments, 3) THEN lines_count ELSE 0 END) / SUM(lines_count)
        AS department_3_share,
    SUM(CASE WHEN department = LIST_EXTRACT($departments, 4) THEN lines_count ELSE 0 END) / SUM(lines_count)
        AS department_4_share,
    SUM(CASE WHEN department = LIST_EXTRACT($departments, 5) THEN lines_count ELSE 0 END) / SUM(lines_count)
        AS department_5_share,
    SUM(CASE WHEN department = LIST_EXTRACT($departments, 6) THEN lines_count ELSE 0 END) / SUM(lines_count)
        AS department_6_share,
    SUM(CASE WHEN department = LIST_EXTRACT($departments, 7) THEN lines_count ELSE 0 END) / SUM(lines_count)
        AS department_7_share,
    SUM(CASE WHEN department = LIST_EXTRACT($departments, 8) THEN lines_count ELSE 0 END) / SUM(lines_count)
        AS department_8_share,
    SUM(CASE WHEN department = LIST_EXTRACT($departments, 9) THEN lines_count ELSE 0 END) / SUM(lines_count)
        AS department_9_share,
    SUM(CASE WHEN department = LIST_EXTRACT($departments, 10) THEN lines_count ELSE 0 END) / SUM(lines_count)
        AS department_10_share
FROM known
GROUP BY customer, as_of_date;
