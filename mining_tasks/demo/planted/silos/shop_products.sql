SELECT
    product_id AS id, title AS name, department, category, brand, package_size,
    money_text(list_price_minor, 2) AS list_price, money_text(cost_minor, 2) AS cost,
    CAST(days.date AS VARCHAR) AS launched_on, local_text(days.starts_at) AS updated_at
FROM products
JOIN days ON days.day = products.launched_day
WHERE days.starts_at < getvariable('end_at')
ORDER BY id
