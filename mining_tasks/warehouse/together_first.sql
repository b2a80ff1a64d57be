-- All rows of a table's partitions as one view; `{none}` has its columns and no row.
CREATE VIEW {name} AS
SELECT * FROM {none}
{more}
