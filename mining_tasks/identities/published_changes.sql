-- pub_identities__changes: the journal, with the marks of the night that publishes it.
SELECT *, $night AS night, $data_as_of AS data_as_of, $is_stale AS is_stale
FROM core_identities__changes
