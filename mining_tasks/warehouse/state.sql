-- The state after the news: what nobody spoke about stays, of the others the winner.
SELECT {columns}
FROM (
    SELECT {columns} FROM before ANTI JOIN news USING ({keys})
    UNION ALL
    SELECT {columns} FROM winners
) AS state
WHERE {within}
ORDER BY {keys}
