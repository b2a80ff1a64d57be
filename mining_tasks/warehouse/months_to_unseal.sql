-- Months in which rows are new, or were until now.
SELECT DISTINCT strftime({month_of}, '%Y-%m')
FROM (
    SELECT {month_of} FROM news
    UNION ALL
    SELECT {month_of} FROM before_open SEMI JOIN news USING ({keys})
) AS told
