-- What lies in quarantine of all nights, with the key at the source where the row came apart into columns.
SELECT
    split_part(split_part(table_name, '_', 2), '__', 1) AS source_code,
    split_part(table_name, '__', 2) AS things,
    position,
    CASE WHEN is_row THEN coalesce(
        row ->> '$.order_id_shop',
        (row ->> '$.campaign_id_crm') || '-' || (row ->> '$.contact_id_crm'),
        row ->> '$.review_id_support'
    ) END AS key
FROM set_aside
