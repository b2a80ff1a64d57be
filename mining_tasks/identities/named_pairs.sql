-- core_identities__pairs: the pairs by the names of their accounts, and what company adds to their weight.
SELECT
    mine.account_id,
    yours.account_id AS other_account_id,
    pairs.*,
    CASE WHEN strength < 3 OR here.cluster = there.cluster THEN 0.0 ELSE coalesce(company_shifts.bits, 0.0) END
        AS company_weight
FROM pairs
JOIN accounts AS mine ON mine.account = pairs.account
JOIN accounts AS yours ON yours.account = pairs.other
JOIN sure AS here ON here.account = pairs.account
JOIN sure AS there ON there.account = pairs.other
LEFT JOIN company
    ON company.one = least(here.cluster, there.cluster) AND company.other = greatest(here.cluster, there.cluster)
LEFT JOIN company_shifts USING (company_code)
UNION ALL BY NAME
SELECT NULL AS account, NULL AS other, * FROM pairs_elsewhere
