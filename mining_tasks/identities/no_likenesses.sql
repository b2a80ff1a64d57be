-- What `likenesses.sql` fills step by step.
CREATE OR REPLACE TABLE likenesses (account INTEGER, other INTEGER, rules INTEGER, pattern BIGINT)
