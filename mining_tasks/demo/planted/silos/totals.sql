-- What the silos show from each business day on: rows by the day on which their key first appears, money of that day.
-- Money of a day without a row: what lines cost (`line_costs`), and what a contact brought, which is told with her
-- response, after her row first appeared.
SELECT
    source_code, things, business_day(first_at) AS night, currency, CAST(SUM(appears) AS BIGINT) AS rows_count,
    CAST(SUM(amount_minor) AS BIGINT) AS amount_minor, CAST(SUM(discount_minor) AS BIGINT) AS discount_minor
FROM (
    SELECT
        'shop' AS source_code, 'orders' AS things, updated_at AS first_at, currency, amount_minor, discount_minor,
        1 AS appears
    FROM orders JOIN order_costs USING (order_id)
    UNION ALL
    SELECT 'shop', 'order_lines', updated_at, currency, lines.amount_minor, lines.discount_minor, 1
    FROM lines JOIN orders USING (order_id)
    UNION ALL
    SELECT 'shop', 'line_costs', updated_at, currency, lines.cost_minor, NULL, 0
    FROM lines JOIN orders USING (order_id)
    UNION ALL
    SELECT 'shop', 'returns', returned_at, currency, refund_minor, NULL, 1
    FROM returns JOIN orders USING (order_id)
    UNION ALL
    SELECT source_code, 'accounts', MIN(updated_at), NULL, NULL, NULL, 1
    FROM accounts
    WHERE is_guest IS NOT TRUE
    GROUP BY source_code, account_id
    UNION ALL
    SELECT 'crm', 'consents', MIN(updated_at), NULL, NULL, NULL, 1
    FROM consents
    GROUP BY contact_id, channel_code
    UNION ALL
    SELECT 'crm', 'campaign_contacts', contacted_at, NULL, NULL, NULL, 1
    FROM responses
    WHERE group_code = 'treated'
    UNION ALL
    SELECT 'crm', 'campaign_contacts', GREATEST(responded_at, contacted_at + 1), currency, revenue_minor, NULL, 0
    FROM responses JOIN persons USING (person_id)
    WHERE group_code = 'treated' AND responses_count > 0
    UNION ALL
    SELECT 'support', 'tickets', opened_at, NULL, NULL, NULL, 1 FROM tickets
    UNION ALL
    SELECT 'support', 'reviews', reviewed_at, NULL, NULL, NULL, 1 FROM reviews
) AS shown
WHERE first_at < getvariable('end_at')
GROUP BY ALL
ORDER BY ALL
