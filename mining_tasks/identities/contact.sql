-- What the silos say of the accounts whose rows are there.
SELECT source_code || ':' || account_id_source AS account_id, *
FROM ({told})
