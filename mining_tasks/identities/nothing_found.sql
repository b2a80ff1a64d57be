-- What is filled with pairs, once for every rule that finds them.
CREATE OR REPLACE TABLE found (account INTEGER, other INTEGER, rules INTEGER)
