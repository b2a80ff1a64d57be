-- What held accounts together on the night before, by hashes of their names.
SELECT hash(account_id) AS one, hash(other_account_id) AS other FROM pairs_before
UNION ALL
SELECT hash(account_id), hash(linked_to_account_id)
FROM links_before
WHERE evidence_code = 'decision' AND linked_to_account_id IS NOT NULL
