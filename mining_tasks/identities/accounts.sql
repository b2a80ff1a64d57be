-- One row per account of any silo, numbered in the order of `account_id`, its contact data as they are compared.
-- `$trusted`: silos whose every e-mail counts as verified. A phone without a country is read in the account's own
-- country, else in `$country` (ISO 3166, from sources.toml), else in the country that most accounts name.
WITH written AS (
    SELECT
        'shop' AS source_code, customer_id_shop AS account_id_source, email, is_email_verified, phone, country_code,
        given_name, concat_ws(' ', given_name, surname) AS full_name, birth_date
    FROM core_shop__customers
    UNION ALL
    SELECT
        'crm', contact_id_crm, email, is_email_verified, phone, country_code,
        given_name, concat_ws(' ', given_name, surname), birth_date
    FROM core_crm__contacts
    UNION ALL
    SELECT
        'support', requester_id_support, email, is_email_verified, phone, NULL,
        NULL, full_name, NULL
    FROM core_support__requesters
),

usual AS (
    SELECT coalesce($country, (
        SELECT upper(trim(country_code)) FROM written
        WHERE trim(country_code) <> '' GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1
    )) AS country
)

SELECT
    CAST(row_number() OVER (ORDER BY source_code || ':' || account_id_source) - 1 AS INTEGER) AS account,
    source_code || ':' || account_id_source AS account_id,
    source_code,
    account_id_source,
    nullif(lower(nfc_normalize(regexp_replace(email, '[\s\p{Z}\p{Cf}\p{Cc}]', '', 'g'))), '') AS email,
    coalesce(is_email_verified, FALSE) OR list_contains($trusted, source_code) AS is_email_verified,
    nullif(trim(phone), '') AS phone,
    nullif(regexp_replace(regexp_replace(lower(phone), '(x|ext).*$', ''), '[^0-9]', '', 'g'), '') AS phone_digits,
    coalesce(upper(nullif(trim(country_code), '')), usual.country, '') AS region,
    coalesce(words_of(full_name), []) AS tokens,
    coalesce(words_of(given_name), []) AS given,
    -- what systems write where nobody gave a date: the epochs of Unix, Excel, SQL Server and .NET
    CASE WHEN birth_date NOT IN (
        DATE '1970-01-01', DATE '1900-01-01', DATE '1899-12-30', DATE '1899-12-31', DATE '1753-01-01', DATE '0001-01-01'
    ) THEN birth_date END AS birth_date
FROM written CROSS JOIN usual
