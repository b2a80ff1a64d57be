-- core_identities__customers: one row per customer of the accounts that were linked tonight.
SELECT
    settled.customer_id,
    count(*) AS accounts_count,
    count(*) FILTER (WHERE accounts.source_code = 'shop' AND NOT accounts.is_guest) AS shop_accounts_count,
    count(*) FILTER (WHERE accounts.is_guest) AS guest_accounts_count,
    count(*) FILTER (WHERE accounts.source_code = 'crm') AS crm_accounts_count,
    count(*) FILTER (WHERE accounts.source_code = 'support') AS support_accounts_count,
    min(accounts.account_id) AS first_account_id,
    min(settled.known_since_date) AS known_since_date
FROM accounts JOIN clusters USING (account) JOIN settled USING (cluster)
GROUP BY settled.customer_id
