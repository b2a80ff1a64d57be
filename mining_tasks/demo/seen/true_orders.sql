-- The truth's orders that the shop shows by the end of the night, in the words of our contract: dirty ones as far as
-- they ought to be loaded, of which some name neither an account nor a guest. Money in ten-thousandths, whole, so that
-- sums are exact.
SELECT
    CAST(order_id AS VARCHAR) AS order_id_shop,
    CAST(account_id AS VARCHAR) AS customer_id_shop,
    CAST(guest_account_id AS VARCHAR) AS guest_id,
    CAST(moment.night - CAST(moment.day - truth_orders.day AS INTEGER) AS DATE) AS order_date,
    truth_orders.currency,
    amount_minor * coalesce(worth, 100) AS sales_e4,  -- a currency that nobody knows is written with two decimals
    discount_minor * coalesce(worth, 100) AS discount_e4,
    shipping_paid_minor * coalesce(worth, 100) AS shipping_paid_e4,
    shipping_cost_minor * coalesce(worth, 100) AS shipping_cost_e4
FROM truth_orders
CROSS JOIN moment
LEFT JOIN truth_minor_units USING (currency)
WHERE updated_at < ends_at
