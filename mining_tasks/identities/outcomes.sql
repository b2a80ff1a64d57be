-- core_identities__decisions: every decision in force tonight, and what became of it. `overruled`: two accounts were
-- confirmed, but an exclusion or the size of the cluster keeps them apart.
SELECT
    said.account_id, said.other_account_id, said.decision_code, said.decided_date, said.who, said.why,
    CASE
        WHEN mine.customer_id IS NULL OR yours.customer_id IS NULL THEN 'unknown account'
        WHEN (mine.customer_id = yours.customer_id) = (said.decision_code = 'confirm') THEN 'obeyed'
        ELSE 'overruled'
    END AS outcome_code
FROM said
LEFT JOIN links AS mine ON mine.account_id = said.account_id
LEFT JOIN links AS yours ON yours.account_id = said.other_account_id
