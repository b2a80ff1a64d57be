SELECT
    lines.order_id, lines.line_number AS line_no, lines.product_id, lines.quantity,
    money_text(lines.price_minor, minor_units.digits) AS unit_price,
    money_text(lines.amount_minor, minor_units.digits) AS amount,
    money_text(lines.discount_minor, minor_units.digits) AS discount,
    money_text(lines.coupon_minor, minor_units.digits) AS coupon_discount,
    money_text(lines.cost_minor, minor_units.digits) AS cost
FROM lines
JOIN orders USING (order_id)
JOIN minor_units USING (currency)
WHERE orders.updated_at < getvariable('end_at')
ORDER BY lines.order_id, lines.line_number
