-- The keys of one rule.
SELECT {key} AS key FROM keys WHERE {key} IS NOT NULL
