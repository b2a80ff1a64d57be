SELECT
    returns.order_id, returns.line_number AS line_no, local_text(returns.returned_at) AS returned_at,
    money_text(returns.refund_minor, minor_units.digits) AS refund
FROM returns
JOIN orders USING (order_id)
JOIN minor_units USING (currency)
WHERE returns.returned_at < getvariable('end_at') AND orders.updated_at < getvariable('end_at')
ORDER BY returns.order_id, returns.line_number
