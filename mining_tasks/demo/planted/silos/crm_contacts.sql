SELECT
    'contacts' AS kind, CAST(account_id AS VARCHAR) AS id, utc_text(updated_at) AS updated_at,
    CAST(to_json({
        'id': CAST(account_id AS VARCHAR),
        'properties': {
            'email': email, 'email_confirmed': CAST(is_email_verified AS VARCHAR), 'phone': phone,
            'firstname': given_name, 'lastname': surname, 'date_of_birth': CAST(birth_date AS VARCHAR),
            'house_number': street_number, 'address': street, 'address2': address_extra, 'city': city,
            'zip': postcode, 'state': region, 'country': country_code,
            'age_band': age_band, 'income_band': income_band, 'home_ownership': home_ownership,
            'marital_status': marital_status, 'household_size': household_size,
            'household_composition': household_composition, 'kids_count': kids_count,
            'createdate': utc_text(opened_at), 'lastmodifieddate': utc_text(updated_at),
            'hs_object_id': CAST(account_id AS VARCHAR)
        },
        'createdAt': utc_text(opened_at), 'updatedAt': utc_text(updated_at), 'archived': FALSE
    }) AS VARCHAR) AS body
FROM accounts
WHERE source_code = 'crm' AND updated_at < getvariable('end_at')
ORDER BY account_id, updated_at
