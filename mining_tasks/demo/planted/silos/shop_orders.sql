-- A guest's contact data stand on her order, and only there.
SELECT
    orders.order_id AS id, orders.account_id AS customer_id,
    guests.email AS guest_email, guests.phone AS guest_phone, guests.given_name AS guest_first_name,
    guests.surname AS guest_last_name, guests.street AS guest_street, guests.street_number AS guest_house_no,
    guests.postcode AS guest_postcode, guests.city AS guest_city, guests.country_code AS guest_country,
    local_text(orders.placed_at) AS placed_at, orders.status_code AS state, orders.currency,
    money_text(costs.amount_minor, minor_units.digits) AS total,
    money_text(costs.discount_minor, minor_units.digits) AS discount,
    money_text(costs.shipping_paid_minor, minor_units.digits) AS shipping_paid,
    money_text(costs.shipping_cost_minor, minor_units.digits) AS shipping_cost,
    local_text(orders.updated_at) AS updated_at
FROM orders
JOIN order_costs AS costs USING (order_id)
JOIN minor_units USING (currency)
LEFT JOIN accounts AS guests ON guests.source_code = 'shop' AND guests.account_id = orders.guest_account_id
WHERE orders.updated_at < getvariable('end_at')
ORDER BY id
