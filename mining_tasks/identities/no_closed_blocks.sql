-- What `closed_blocks.sql` fills rule by rule.
CREATE OR REPLACE TABLE closed (rule TINYINT, key UBIGINT)
