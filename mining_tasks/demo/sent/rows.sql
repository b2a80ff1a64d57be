-- By table: rows that ought to be there and are not, and rows that are there and ought not to be. Where the truth has
-- sums alone (lines, returns, consents, who was contacted) the counts are compared.
WITH known AS (SELECT DISTINCT source_code, things FROM true_keys),
compared AS (
    SELECT source_code, things, count(*) AS looked_at, count(*) FILTER (WHERE t.row_key IS NULL OR h.row_key IS NULL) AS wrong
    FROM true_keys AS t
    FULL JOIN (SELECT * FROM held_keys SEMI JOIN known USING (source_code, things)) AS h
        USING (source_code, things, row_key)
    GROUP BY ALL
),
held AS (
    SELECT 'shop' AS source_code, 'order_lines' AS things, count(*) AS n FROM core_shop__order_lines
    UNION ALL
    SELECT 'shop', 'returns', count(*) FROM core_shop__returns
    UNION ALL
    SELECT 'crm', 'consents', count(*) FROM core_crm__consents
    UNION ALL
    SELECT 'crm', 'campaign_contacts', count(*) FROM core_crm__campaign_contacts
),
expected AS (
    SELECT source_code, things, sum(n) AS n
    FROM (
        SELECT source_code, things, CAST(rows_count AS BIGINT) AS n
        FROM truth_totals CROSS JOIN moment WHERE truth_totals.night <= moment.night
        UNION ALL
        SELECT source_code, "table", 1
        FROM truth_dirt CROSS JOIN moment
        WHERE kind_code = 'strange_id' AND truth_dirt.night <= moment.night
    ) AS parts
    GROUP BY ALL
),
counted AS (
    SELECT source_code, things, coalesce(expected.n, 0) AS looked_at, abs(coalesce(expected.n, 0) - held.n) AS wrong
    FROM held LEFT JOIN expected USING (source_code, things)
)

SELECT source_code, things AS what, CAST(looked_at AS BIGINT) AS looked_at, CAST(wrong AS BIGINT) AS wrong
FROM (SELECT * FROM compared UNION ALL SELECT * FROM counted) AS tables
ORDER BY ALL
