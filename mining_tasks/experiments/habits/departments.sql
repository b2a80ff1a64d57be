-- Names of the departments in the order of their numbers in `known_products` (point_in_time.sql).
SELECT DISTINCT COALESCE(department, 'unknown') AS department
FROM seen_products
ORDER BY department
