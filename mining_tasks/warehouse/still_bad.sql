-- What stays in quarantine: the reason is today's, the code is still that of the day it arrived.
CREATE TEMP TABLE still_bad AS
SELECT q.position, q.row, coalesce(b.reason, q.reason) AS reason, q.code, q.is_row
FROM quarantine AS q LEFT JOIN bad AS b ON b.position = q.id
WHERE NOT q.is_row OR b.position IS NOT NULL;
