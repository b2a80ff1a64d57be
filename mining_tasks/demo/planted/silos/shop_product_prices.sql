-- One row per change: the price that holds from then on.
SELECT product_id, local_text(starts_at) AS valid_from, money_text(price_minor, 2) AS price, is_promotion
FROM (
    SELECT
        product_id, day, price_minor, is_promotion,
        LAG(price_minor) OVER (PARTITION BY product_id ORDER BY day) AS price_before,
        LAG(is_promotion) OVER (PARTITION BY product_id ORDER BY day) AS was_promotion
    FROM prices
    WHERE is_launched
) AS told
JOIN days USING (day)
WHERE
    starts_at < getvariable('end_at')
    AND (price_before IS NULL OR price_before <> price_minor OR was_promotion <> is_promotion)
ORDER BY product_id, day
