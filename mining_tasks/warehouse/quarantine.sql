-- One file of quarantine; `id` is the number of the row in it.
CREATE VIEW quarantine AS
SELECT * EXCLUDE (file_row_number), CAST(file_row_number AS VARCHAR) AS id
FROM read_parquet({file}, file_row_number = true, hive_partitioning = false);
