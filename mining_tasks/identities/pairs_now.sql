-- core_identities__pairs of the accounts that were linked tonight: the pairs by their names, and what company adds to
-- their weight. A view: it is asked once, when it is written.
CREATE OR REPLACE TEMP VIEW pairs_now AS
SELECT
    mine.account_id,
    yours.account_id AS other_account_id,
    pairs.* EXCLUDE (account, other),
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
