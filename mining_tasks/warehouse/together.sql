-- One more partition of a table beside those before it.
UNION ALL BY NAME
SELECT * FROM {view}
