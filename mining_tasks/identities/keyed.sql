-- The key of one blocking rule for every account.
SELECT account, {key} AS key FROM compared WHERE NOT is_guest
