-- What a day brought: its margin, or where the shop tells no cost what was paid less what was paid back.
CREATE TEMP TABLE known_days_valued AS
SELECT
    * EXCLUDE (shipping_amount, lines_sales_amount, cost_known_amount, cost_amount),
    COALESCE(sales_amount, 0) - refund_amount
    + CASE WHEN $basis = 'margin' THEN COALESCE(shipping_amount, 0) - cost_amount ELSE 0 END AS value_amount
FROM known_days
