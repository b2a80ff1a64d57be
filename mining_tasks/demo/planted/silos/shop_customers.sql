SELECT
    account_id AS id, email, is_email_verified AS email_verified, phone, given_name AS first_name,
    surname AS last_name, CAST(birth_date AS VARCHAR) AS born_on, street_number AS house_no, street,
    address_extra AS street_2, city, postcode, region AS state, country_code AS country,
    accepts_email AS newsletter, local_text(opened_at) AS created_at, local_text(updated_at) AS updated_at
FROM accounts
WHERE source_code = 'shop' AND NOT is_guest AND updated_at < getvariable('end_at')
ORDER BY id
