-- core_identities__changes: tonight's changes and those of the last `$nights` nights.
SELECT * FROM changes
UNION ALL BY NAME
SELECT * FROM changes_before
WHERE CAST($night AS DATE) - changed_date < $nights
