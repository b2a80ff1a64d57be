-- The limits that were in force.
SELECT parameter_code, value FROM core_identities__parameters WHERE starts_with(parameter_code, 'limit.')
