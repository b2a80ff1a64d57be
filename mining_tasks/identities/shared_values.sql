-- core_identities__shared_values: the values that more accounts carry than may; they joined nobody.
SELECT DISTINCT 'all' AS source_code, identifier_code, value_hash, accounts_count, limit_count
FROM evidence
WHERE accounts_count > limit_count
