-- One row per account, its contact data as they are compared. `$dotless`: providers that ignore dots and what follows
-- a plus in the local part of a mailbox. Mailboxes of a house or a family ($role_mailboxes) do not say who writes.
-- `phone_end`: where the country had to be guessed, the end of a number is all that is sure.
WITH called AS (
    SELECT
        written.* EXCLUDE (given_name, surname, street_number, street, address_extra, city, postcode),
        regions.region,
        coalesce(given.words, []) AS given,
        coalesce(family.words, []) AS family,
        given.joined AS given_joined,
        family.joined AS family_joined,
        given.sound AS given_sound,
        family.whole_sound AS family_sound,
        given.lines AS nickname_lines,
        strftime(birth_date, '%Y%m%d') AS born,
        streets.place AS street,
        extras.place AS extra,
        cities.place AS city,
        houses.signs AS house,
        upper(postcodes.signs) AS postcode
    FROM written
    JOIN regions USING (account)
    LEFT JOIN names AS given ON given.name = written.given_name
    LEFT JOIN names AS family ON family.name = written.surname
    LEFT JOIN places AS streets ON streets.name = written.street
    LEFT JOIN places AS extras ON extras.name = written.address_extra
    LEFT JOIN places AS cities ON cities.name = written.city
    LEFT JOIN places AS houses ON houses.name = written.street_number
    LEFT JOIN places AS postcodes ON postcodes.name = written.postcode
),

boxed AS (
    SELECT
        called.*,
        CASE
            WHEN NOT regexp_full_match(email, '[^@]+@[^@]+\.[^@.]+') THEN NULL
            WHEN split_part(email, '@', 2) IN (SELECT unnest(CAST($dotless AS VARCHAR[])))
                THEN replace(split_part(split_part(email, '@', 1), '+', 1), '.', '') || '@' || split_part(email, '@', 2)
            ELSE email
        END AS mailbox
    FROM called
)

SELECT
    boxed.* EXCLUDE (phone, dialled, country, family),
    country IS NULL AND NOT regexp_matches(coalesce(boxed.phone, ''), '^\s*([+]|00)') AS is_region_guessed,
    list_concat(given, family) AS tokens,
    phones.e164,
    CASE WHEN length(phone_digits) >= 8 AND NOT regexp_full_match(right(phone_digits, 7), '0+|1+|9+')
        THEN right(coalesce(phones.e164, phone_digits), 9) END AS phone_end,
    split_part(mailbox, '@', 1) AS local_part,
    coalesce(regexp_full_match(split_part(mailbox, '@', 1), $role_mailboxes), FALSE) AS is_role,
    -- another surname of hers, maiden or married: the one beside her given name in her mailbox
    CASE
        WHEN is_guest OR is_role OR length(given[1]) < 2 OR NOT contains(email, given[1]) OR contains(email, family_joined)
            THEN NULL
        ELSE word_beside(given[1], mailbox_words(email))
    END AS also_called
FROM boxed LEFT JOIN phones ON phones.dialled = boxed.dialled AND phones.region = boxed.region
