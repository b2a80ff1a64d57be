-- The evidence that proves pairs.
CREATE OR REPLACE VIEW telling AS SELECT * FROM evidence
