-- Rows that are not in the state that their silo last showed, by the time of its change, as a clock in the shop's zone
-- shows it: a database without zones cannot say which of two equal hours it means when the clocks go back.
SELECT
    source_code, things AS what, count(*) AS looked_at,
    count(*) FILTER (WHERE timezone(zone, t.updated_at) <> timezone(zone, h.updated_at)) AS wrong
FROM true_keys AS t JOIN held_keys AS h USING (source_code, things, row_key) CROSS JOIN moment
WHERE t.updated_at IS NOT NULL
GROUP BY ALL
ORDER BY ALL
