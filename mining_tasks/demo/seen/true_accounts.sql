-- The truth's accounts as the silos show them by the end of the night: one row each, the id as text, guests left out
-- (their contact data stand on their orders alone; see true_guests).
SELECT DISTINCT source_code, CAST(account_id AS VARCHAR) AS account_id_source, person_id
FROM truth_accounts CROSS JOIN moment
WHERE is_guest IS NOT TRUE AND updated_at < ends_at
