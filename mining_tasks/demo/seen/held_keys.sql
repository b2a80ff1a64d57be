-- The key of every row that our core tables hold, in the spelling of `true_keys`.
SELECT 'shop' AS source_code, 'customers' AS things, customer_id_shop AS row_key, updated_at FROM core_shop__customers
UNION ALL
SELECT 'shop', 'orders', order_id_shop, updated_at FROM core_shop__orders
UNION ALL
SELECT 'shop', 'products', product_id_shop, updated_at FROM core_shop__products
UNION ALL
SELECT 'crm', 'contacts', contact_id_crm, updated_at FROM core_crm__contacts
UNION ALL
SELECT 'crm', 'campaigns', campaign_id_crm, updated_at FROM core_crm__campaigns
UNION ALL
SELECT 'crm', 'campaign_contacts', campaign_id_crm || '-' || contact_id_crm, updated_at FROM core_crm__campaign_contacts
UNION ALL
SELECT 'crm', 'campaign_controls', campaign_id_crm || '-' || contact_id_crm, updated_at FROM core_crm__campaign_controls
UNION ALL
SELECT 'support', 'requesters', requester_id_support, updated_at FROM core_support__requesters
UNION ALL
SELECT 'support', 'tickets', ticket_id_support, updated_at FROM core_support__tickets
UNION ALL
SELECT 'support', 'reviews', review_id_support, updated_at FROM core_support__reviews
