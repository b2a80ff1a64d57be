-- Rows in quarantine for the night that the report does not count, or counts too many of.
WITH lying AS (
    SELECT table_name, code AS reason, count(*) AS n FROM set_aside WHERE night = $night GROUP BY ALL
),
told AS (
    SELECT table_name, reason, CAST(sum(rows_count - replayed_rows_count) AS BIGINT) AS n
    FROM pub_quality__quarantine GROUP BY ALL
)

SELECT CAST(coalesce(sum(abs(coalesce(lying.n, 0) - coalesce(told.n, 0))), 0) AS BIGINT) AS untold
FROM lying FULL JOIN told USING (table_name, reason)
