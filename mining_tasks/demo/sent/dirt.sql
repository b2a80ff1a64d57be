-- Dirty rows by kind, and those of them that are not where they ought to be. A row of a file is found in quarantine by
-- its position, a row of a database by its key.
WITH dirt AS (
    SELECT truth_dirt.* FROM truth_dirt CROSS JOIN moment
    WHERE truth_dirt.night <= moment.night AND kind_code <> 'schema_drift'
),
judged AS (
    SELECT
        dirt.source_code, kind_code, expected_code,
        places.position IS NOT NULL OR keys.key IS NOT NULL AS is_set_aside,
        held.row_key IS NOT NULL AS is_held,
        held.updated_at >= TIMESTAMPTZ '2002-01-01 00:00:00+00' AS is_newer,
        nameless.row_key IS NOT NULL AS is_without_currency
    FROM dirt
    LEFT JOIN (SELECT DISTINCT source_code, things, position FROM aside_keys) AS places
        ON dirt.source_code = places.source_code AND dirt."table" = places.things AND dirt.position = places.position
    LEFT JOIN (SELECT DISTINCT source_code, things, key FROM aside_keys) AS keys
        ON dirt.source_code = keys.source_code AND dirt."table" = keys.things AND dirt.key = keys.key
        AND dirt.position IS NULL
    LEFT JOIN held_keys AS held
        ON dirt.source_code = held.source_code AND dirt."table" = held.things AND dirt.key = held.row_key
    LEFT JOIN (SELECT order_id_shop AS row_key FROM core_shop__orders WHERE currency IS NULL) AS nameless
        ON dirt.source_code = 'shop' AND dirt.key = nameless.row_key
)

SELECT
    source_code, kind_code AS what, count(*) AS looked_at,
    count(*) FILTER (WHERE NOT CASE expected_code
        WHEN 'quarantined' THEN is_set_aside AND NOT is_held
        WHEN 'loaded' THEN is_held AND NOT is_set_aside AND NOT is_without_currency
        WHEN 'loaded_without_currency' THEN is_without_currency AND NOT is_set_aside
        WHEN 'duplicate' THEN is_held AND NOT is_set_aside AND is_newer
        ELSE FALSE
    END) AS wrong
FROM judged
GROUP BY ALL
ORDER BY ALL
