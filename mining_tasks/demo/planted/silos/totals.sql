-- What the silos show from each business day on: rows by the day on which their key first appears, money of that day.
SELECT
    source_code, things, business_day(first_at) AS night, currency, COUNT(*) AS rows_count,
    CAST(SUM(amount_minor) AS BIGINT) AS amount_minor, CAST(SUM(discount_minor) AS BIGINT) AS discount_minor
FROM (
    SELECT
        'shop' AS source_code, 'orders' AS things, updated_at AS first_at, currency, amount_minor, discount_minor
    FROM orders JOIN order_costs USING (order_id)
    UNION ALL
    SELECT 'shop', 'order_lines', updated_at, currency, lines.amount_minor, lines.discount_minor
    FROM lines JOIN orders USING (order_id)
    UNION ALL
    SELECT source_code, 'accounts', MIN(updated_at), NULL, NULL, NULL
    FROM accounts
    WHERE is_guest IS NOT TRUE
    GROUP BY source_code, account_id
    UNION ALL
    SELECT 'crm', 'consents', MIN(updated_at), NULL, NULL, NULL
    FROM consents
    GROUP BY contact_id, channel_code
    UNION ALL
    SELECT 'crm', 'campaign_contacts', contacted_at, NULL, NULL, NULL
    FROM responses
    WHERE group_code = 'treated'
    UNION ALL
    SELECT 'support', 'tickets', opened_at, NULL, NULL, NULL FROM tickets
    UNION ALL
    SELECT 'support', 'reviews', reviewed_at, NULL, NULL, NULL FROM reviews
) AS shown
WHERE first_at < getvariable('end_at')
GROUP BY ALL
ORDER BY ALL
