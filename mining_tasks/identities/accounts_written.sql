-- The accounts of one source as it writes them.
SELECT {source} AS source_code, {account_id} AS account_id_source, FALSE AS is_guest, {kinds} FROM {table}
