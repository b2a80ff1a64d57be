-- The evidence that proves the pairs of touched accounts: the values that they carry, and all who carry them.
CREATE OR REPLACE VIEW telling AS
SELECT * FROM evidence
WHERE (identifier_code, value_hash) IN (
    SELECT identifier_code, value_hash FROM evidence SEMI JOIN touched USING (account)
)
