-- One row per account of any silo as its source writes it, numbered in the order of `account_id`; what is told is what
-- evidence.toml declares. A name in one field is cut at its comma or its first blank, after any titles.
WITH told AS ({told}),

bare AS (
    SELECT *, trim(regexp_replace(full_name, '^\s*((dr|prof|mr|mrs|ms|miss|mx|herr|frau|mme|mlle|sr|sra|doña)\b\.?\s*)+', '', 'i'))
        AS whole
    FROM told
)

SELECT
    CAST(row_number() OVER (ORDER BY source_code || ':' || account_id_source) - 1 AS INTEGER) AS account,
    source_code || ':' || account_id_source AS account_id,
    source_code,
    is_guest,
    CASE
        WHEN regexp_full_match(email, '[!-~]+') THEN lower(email)
        ELSE nullif(lower(nfc_normalize(regexp_replace(email, '[\s\p{{Z}}\p{{Cf}}\p{{Cc}}]', '', 'g'))), '')
    END AS email,
    coalesce(is_email_verified, FALSE) OR source_code IN (SELECT unnest(CAST($trusted AS VARCHAR[]))) AS is_email_verified,
    nullif(trim(phone), '') AS phone,
    -- what is dialled, in one way of writing, where nothing but digits and the usual signs between them is written
    CASE
        WHEN regexp_full_match(phone, '[ ()./-]*[+]?([ ()./-]*[0-9]){{4,}}[ ()./-]*')
            THEN regexp_replace(phone, '[ ()./-]+', '', 'g')
        ELSE nullif(trim(phone), '')
    END AS dialled,
    CASE
        WHEN regexp_full_match(dialled, '[+]?[0-9]+') THEN ltrim(dialled, '+')
        ELSE nullif(regexp_replace(regexp_replace(lower(phone), '(x|ext).*$', ''), '[^0-9]', '', 'g'), '')
    END AS phone_digits,
    upper(nullif(trim(country_code), '')) AS country,
    CASE
        WHEN full_name IS NULL THEN given_name
        WHEN contains(whole, ',') THEN split_part(whole, ',', 2)
        ELSE regexp_extract(whole, '^(\S+)\s+\S', 1)
    END AS given_name,
    CASE
        WHEN full_name IS NULL THEN surname
        WHEN contains(whole, ',') THEN split_part(whole, ',', 1)
        ELSE regexp_replace(whole, '^\S+\s+(\S)', '\1')
    END AS surname,
    -- what systems write where nobody gave a date: the epochs of Unix, Excel, SQL Server and .NET
    CASE WHEN birth_date NOT IN (
        DATE '1970-01-01', DATE '1900-01-01', DATE '1899-12-30', DATE '1899-12-31', DATE '1753-01-01', DATE '0001-01-01'
    ) THEN birth_date END AS birth_date,
    street_number, street, address_extra, city, postcode,
    nullif(upper(regexp_replace(loyalty_reference, '[\s\p{{Pd}}.]', '', 'g')), '') AS loyalty,
    nullif(trim(device_reference), '') AS device
FROM bare
