-- Accounts of the three silos as one table, cleaned as plainly as Splink's documentation advises.
WITH written AS (
    SELECT 'shop' AS source_code, customer_id_shop AS account_id_source, email, phone, given_name, surname,
        birth_date, street, postcode
    FROM shop_accounts
    UNION ALL
    SELECT 'crm', contact_id_crm, email, phone, given_name, surname, birth_date, street, postcode
    FROM crm_accounts
    UNION ALL
    SELECT 'support', requester_id_support, email, phone,
        nullif(regexp_extract(trim(full_name), '^(\S+)', 1), ''),
        nullif(regexp_extract(trim(full_name), '(\S+)$', 1), ''), NULL, NULL, NULL
    FROM support_accounts
)

SELECT
    row_number() OVER (ORDER BY source_code, account_id_source) AS unique_id,
    source_code,
    account_id_source,
    nullif(lower(trim(email)), '') AS email,
    nullif(right(regexp_replace(phone, '[^0-9]', '', 'g'), 9), '') AS phone,
    nullif(lower(trim(given_name)), '') AS given_name,
    nullif(lower(trim(surname)), '') AS surname,
    birth_date,
    nullif(lower(trim(street)), '') AS street,
    nullif(upper(trim(postcode)), '') AS postcode
FROM written
