-- Guests as the shop writes them: each the first of her orders.
SELECT 'shop' AS source_code, 'guest:' || order_id AS account_id_source, TRUE AS is_guest, {kinds}
FROM ({guests})
WHERE order_id = first_order
