-- What goes to quarantine: rows that the contract refuses, and what could not even be put into columns.
SELECT position, row, reason, code, TRUE AS is_row FROM bad WHERE $has_bad
UNION ALL
SELECT position, raw, reason, reason, FALSE FROM faults
ORDER BY position, row
