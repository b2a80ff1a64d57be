CREATE VIEW joined AS
SELECT {columns} FROM accepted
UNION ALL
SELECT {columns} FROM replayed;
