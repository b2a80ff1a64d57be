-- What the web counter writes down; who was behind a visit it does not know.
SELECT
    business_day(happened_at) AS night, session_id, event_number, visitor_id, account_id,
    make_timestamp(happened_at * 1000000) AS happened_at, page_code, channel_code, campaign_id, load_ms,
    money_text(shipping_quote_minor, digits) AS shipping_quote, money_text(basket_minor, digits) AS basket,
    currency, product_id, order_id, device_code, user_agent
FROM events
LEFT JOIN minor_units USING (currency)
WHERE happened_at < getvariable('end_at')
ORDER BY session_id, event_number
