-- A silo's table with the rows of a few accounts.
CREATE TABLE {table} AS
SELECT * FROM {all_rows}
WHERE {account_id} IN (SELECT unnest(CAST($ids AS VARCHAR[])))
