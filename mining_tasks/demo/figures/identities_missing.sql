-- Accounts that the silos' core tables hold, and orders of guests that the truth knows, which belong to no customer;
-- accounts linked that nobody planted.
WITH known AS (
    SELECT 'shop' AS source_code, customer_id_shop AS account_id_source FROM core_shop__customers
    UNION ALL
    SELECT 'crm', contact_id_crm FROM core_crm__contacts
    UNION ALL
    SELECT 'support', requester_id_support FROM core_support__requesters
),
guests AS (SELECT order_id_shop FROM true_orders WHERE guest_id IS NOT NULL),
placed AS (
    SELECT order_id_shop FROM core_identities__guest_orders SEMI JOIN core_identities__links USING (account_id)
),
planted AS (FROM true_accounts UNION ALL FROM true_guests)

SELECT
    (SELECT count(*) FROM known) + (SELECT count(*) FROM guests) AS known,
    (SELECT count(*) FROM known ANTI JOIN core_identities__links USING (source_code, account_id_source))
        + (SELECT count(*) FROM guests ANTI JOIN placed USING (order_id_shop)) AS without,
    (SELECT count(*) FROM core_identities__links) AS linked,
    (SELECT count(*) FROM core_identities__links ANTI JOIN planted USING (source_code, account_id_source)) AS unknown
