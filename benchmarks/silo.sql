-- What one silo holds of the planted accounts: the newest version of each, by the words of the core tables.
SELECT
    CAST(account_id AS VARCHAR) AS id,
    email,
    is_email_verified,
    phone,
    given_name,
    surname,
    nullif(concat_ws(' ', given_name, surname), '') AS full_name,
    birth_date,
    street_number,
    street,
    address_extra,
    city,
    postcode,
    region,
    country_code,
    TIMESTAMPTZ '2017-01-01 00:00:00+00' AS updated_at
FROM read_parquet($truth)
WHERE source_code = $source AND NOT coalesce(is_guest, FALSE)
QUALIFY row_number() OVER (PARTITION BY account_id ORDER BY version DESC) = 1
ORDER BY id
