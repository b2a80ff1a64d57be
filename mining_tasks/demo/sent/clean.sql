-- Rows in quarantine that the truth does not call dirty.
SELECT
    aside.source_code, aside.things AS what, count(*) AS looked_at,
    count(*) FILTER (WHERE places.position IS NULL AND keys.key IS NULL) AS wrong
FROM aside_keys AS aside
LEFT JOIN (SELECT DISTINCT source_code, "table" AS things, position FROM truth_dirt WHERE expected_code = 'quarantined')
    AS places USING (source_code, things, position)
LEFT JOIN (
    SELECT DISTINCT source_code, "table" AS things, key FROM truth_dirt
    WHERE expected_code = 'quarantined' AND position IS NULL
) AS keys USING (source_code, things, key)
GROUP BY ALL
ORDER BY ALL
