-- What `open_blocks.sql` fills rule by rule.
CREATE OR REPLACE TABLE blocks (account INTEGER, rule TINYINT, key UBIGINT)
