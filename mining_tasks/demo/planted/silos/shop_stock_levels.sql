-- One row per change: whether the shelf is filled from then on.
SELECT product_id, local_text(starts_at) AS recorded_at, NOT is_out_of_stock AS is_available
FROM (
    SELECT
        product_id, day, is_out_of_stock,
        LAG(is_out_of_stock) OVER (PARTITION BY product_id ORDER BY day) AS was_out
    FROM prices
    WHERE is_launched
) AS told
JOIN days USING (day)
WHERE starts_at < getvariable('end_at') AND (was_out IS NULL OR was_out <> is_out_of_stock)
ORDER BY product_id, day
