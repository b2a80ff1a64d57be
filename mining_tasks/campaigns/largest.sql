-- The ten departments of most lines, largest first.
SELECT products.department
FROM core_shop__order_lines AS lines
JOIN core_shop__products AS products ON products.product_id_shop = lines.product_id_shop
WHERE products.department IS NOT NULL
GROUP BY products.department
ORDER BY COUNT(*) DESC, products.department
LIMIT 10
