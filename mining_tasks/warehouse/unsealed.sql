-- A partition with its contact data: each row of its files, and what the vault holds of it.
CREATE VIEW {name} AS
SELECT {columns}
FROM (SELECT *, file_index AS _file, file_row_number AS _row FROM {scan}) AS open
LEFT JOIN {held} AS held ON held._file = open._file AND held._row = open._row;
