-- One pair.
SELECT * FROM core_identities__pairs WHERE account_id = $one AND other_account_id = $other
