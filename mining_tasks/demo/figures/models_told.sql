-- Families of whose publication a verdict with a reason is told.
SELECT DISTINCT family
FROM pub_models__verdicts
WHERE subject_code = 'publication' AND verdict IS NOT NULL AND reasons <> ''
