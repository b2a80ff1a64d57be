-- Raw tables of the night whose row in the report is missing, does not add up, or contradicts what was received.
SELECT table_name
FROM (SELECT * FROM receipts WHERE night = $night) AS came
LEFT JOIN pub_quality__runs AS told USING (table_name)
WHERE
    told.received_rows_count IS DISTINCT FROM came.received
    OR told.received_rows_count IS DISTINCT FROM
        told.loaded_rows_count + told.quarantined_rows_count + told.duplicate_rows_count
ORDER BY table_name
