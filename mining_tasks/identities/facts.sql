-- Of every account a keyed hash of all that its pairs hang on (`$inner`, `$outer`: padded keys of HMAC-SHA-256, RFC
-- 2104; `$model`: the parameters in use): the same hash, the same pairs.
SELECT
    account,
    left(sha256($outer || unhex(sha256($inner || encode('facts:' || $model || ':' || CAST(fingerprint AS VARCHAR))))), 16)
        AS facts_hash
FROM fingerprints
