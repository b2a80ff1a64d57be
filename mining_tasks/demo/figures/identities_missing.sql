-- Accounts that the silos' core tables hold and that belong to no customer; accounts linked that nobody planted.
WITH known AS (
    SELECT 'shop' AS source_code, customer_id_shop AS account_id_source FROM core_shop__customers
    UNION ALL
    SELECT 'crm', contact_id_crm FROM core_crm__contacts
    UNION ALL
    SELECT 'support', requester_id_support FROM core_support__requesters
)

SELECT
    (SELECT count(*) FROM known) AS known,
    (SELECT count(*) FROM known ANTI JOIN core_identities__links USING (source_code, account_id_source)) AS without,
    (SELECT count(*) FROM core_identities__links) AS linked,
    (
        SELECT count(*) FROM core_identities__links ANTI JOIN true_accounts USING (source_code, account_id_source)
    ) AS unknown
