-- The key of every row that our core tables ought to hold, where the truth knows keys; columns joined by `-`.
SELECT source_code, CASE source_code WHEN 'shop' THEN 'customers' WHEN 'crm' THEN 'contacts' ELSE 'requesters' END
    AS things, CAST(account_id AS VARCHAR) AS row_key, to_timestamp(max(updated_at)) AS updated_at
FROM truth_accounts CROSS JOIN moment
WHERE is_guest IS NOT TRUE AND updated_at < ends_at
GROUP BY ALL
UNION ALL
SELECT 'shop', 'orders', CAST(order_id AS VARCHAR), NULL
FROM truth_orders CROSS JOIN moment WHERE updated_at < ends_at
UNION ALL
SELECT 'shop', 'products', CAST(product_id AS VARCHAR), NULL
FROM truth_products CROSS JOIN moment WHERE launched_day <= day
UNION ALL
SELECT 'crm', 'campaigns', CAST(campaign_id AS VARCHAR), NULL
FROM truth_campaigns CROSS JOIN moment WHERE started_day <= day
UNION ALL
SELECT 'crm', 'campaign_controls', campaign_id || '-' || contact_id, to_timestamp(contacted_at)
FROM truth_contacts CROSS JOIN moment WHERE group_code = 'control' AND contacted_at < ends_at
UNION ALL
SELECT
    'support', 'tickets', CAST(ticket_id AS VARCHAR),
    to_timestamp(CASE WHEN solved_at < ends_at THEN solved_at ELSE opened_at END)
FROM truth_tickets CROSS JOIN moment WHERE opened_at < ends_at
UNION ALL
SELECT 'support', 'reviews', CAST(review_id AS VARCHAR), NULL
FROM truth_reviews CROSS JOIN moment WHERE reviewed_at < ends_at
UNION ALL
SELECT source_code, "table", key, NULL
FROM truth_dirt CROSS JOIN moment
WHERE kind_code = 'strange_id' AND "table" = 'reviews' AND truth_dirt.night <= moment.night
