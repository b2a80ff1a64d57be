-- Rows received on all nights so far, and those that were neither loaded nor set aside nor repeated.
SELECT
    split_part(split_part(table_name, '_', 2), '__', 1) AS source_code, table_name AS what,
    CAST(sum(received) AS BIGINT) AS looked_at,
    CAST(sum(abs(received - loaded - quarantined - duplicates)) AS BIGINT) AS wrong
FROM receipts
GROUP BY ALL
ORDER BY ALL
