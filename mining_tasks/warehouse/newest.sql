-- The keys of `{rows}` that stand there more than once; only their rows take part in the sort below.
CREATE TEMP TABLE {repeated} AS
SELECT {keys}
FROM {rows}
GROUP BY {keys}
HAVING count(*) > 1;

CREATE VIEW {name} AS
SELECT {columns}
FROM {rows} ANTI JOIN {repeated} USING ({keys})
UNION ALL
SELECT {columns}
FROM (
    SELECT {columns}, ROW_NUMBER() OVER (PARTITION BY {keys} ORDER BY {newest_first}) AS _rank
    FROM {rows} SEMI JOIN {repeated} USING ({keys})
) AS ranked
WHERE _rank = 1;
