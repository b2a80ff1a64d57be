-- For every pair of `{pairs}` (account, other), of which `{compared}` tells both, how far each field agrees: -1 if one
-- side does not tell, else the number of the level in levels.py. Fields that one side wrote into each other's place
-- (given name and surname, the two lines of an address) are compared crosswise.
WITH beside AS (
    SELECT
        it.account, it.other,
        a.given_joined AS my_given_joined,
        a.family_joined AS my_family_joined,
        a.also_called AS my_also_called,
        a.first_word AS my_first_word,
        a.given_words AS my_given_words,
        a.nickname_lines AS my_nickname_lines,
        a.born AS my_born,
        a.birth_date AS my_birth_date,
        a.street AS my_street,
        a.house AS my_house,
        a.extra AS my_extra,
        a.postcode AS my_postcode,
        a.city AS my_city,
        a.is_role AS my_is_role,
        a.mailbox AS my_mailbox,
        a.local_part AS my_local_part,
        a.e164 AS my_e164,
        a.phone_end AS my_phone_end,
        a.is_region_guessed AS my_is_region_guessed,
        a.given_class AS my_given_class,
        a.is_given_established AND b.is_given_established AS are_given_established,
        a.surname_class AS my_surname_class,
        a.birth_class AS my_birth_class,
        a.street_class AS my_street_class,
        a.postcode_class AS my_postcode_class,
        a.city_class AS my_city_class,
        a.source_code AS my_source_code,
        a.account_id AS my_account_id,
        a.accounts_of_orders AS my_accounts_of_orders,
        a.has_placed AS my_has_placed,
        a.loyalty AS my_loyalty,
        a.device AS my_device,
        b.given_joined AS your_given_joined,
        b.family_joined AS your_family_joined,
        b.also_called AS your_also_called,
        b.first_word AS your_first_word,
        b.given_words AS your_given_words,
        b.nickname_lines AS your_nickname_lines,
        b.born AS your_born,
        b.birth_date AS your_birth_date,
        b.street AS your_street,
        b.house AS your_house,
        b.extra AS your_extra,
        b.postcode AS your_postcode,
        b.city AS your_city,
        b.is_role AS your_is_role,
        b.mailbox AS your_mailbox,
        b.local_part AS your_local_part,
        b.e164 AS your_e164,
        b.phone_end AS your_phone_end,
        b.is_region_guessed AS your_is_region_guessed,
        b.source_code AS your_source_code,
        b.account_id AS your_account_id,
        b.accounts_of_orders AS your_accounts_of_orders,
        b.has_placed AS your_has_placed,
        b.loyalty AS your_loyalty,
        b.device AS your_device,
        CASE
            WHEN a.given_joined = b.given_joined OR a.family_joined = b.family_joined THEN FALSE
            WHEN left(a.given_joined, 1) <> left(b.family_joined, 1) AND left(a.family_joined, 1) <> left(b.given_joined, 1)
                THEN FALSE
            WHEN jaro_winkler_similarity(a.given_joined, b.family_joined) >= 0.8
                THEN coalesce(jaro_winkler_similarity(a.family_joined, b.given_joined) >= 0.8, FALSE)
            ELSE FALSE
        END AS is_name_crossed,
        CASE
            WHEN a.street = b.street OR (a.extra IS NULL AND b.extra IS NULL) THEN FALSE
            WHEN a.street = b.extra OR a.extra = b.street THEN TRUE
            ELSE coalesce(jaro_winkler_similarity(a.street, b.extra) >= 0.92, FALSE)
                OR coalesce(jaro_winkler_similarity(a.extra, b.street) >= 0.92, FALSE)
        END AS is_street_crossed
    FROM {pairs} AS it
    JOIN {compared} AS a ON a.account = it.account
    JOIN {compared} AS b ON b.account = it.other
),

aligned AS (
    SELECT
        *,
        CASE WHEN is_name_crossed THEN your_family_joined ELSE your_given_joined END AS given,
        CASE WHEN is_name_crossed THEN your_given_joined ELSE your_family_joined END AS surname,
        CASE WHEN is_street_crossed THEN your_extra ELSE your_street END AS street,
        CASE WHEN is_street_crossed THEN your_street ELSE your_extra END AS extra
    FROM beside
),

-- how alike what is not the same is; text distances are dear, so each is measured only where it can matter
measured AS (
    SELECT
        *,
        CASE WHEN my_given_joined <> given THEN jaro_winkler_similarity(my_given_joined, given) END AS given_likeness,
        CASE WHEN my_family_joined <> surname THEN jaro_winkler_similarity(my_family_joined, surname) END
            AS surname_likeness,
        CASE WHEN my_born <> your_born THEN hamming(my_born, your_born) END AS birth_distance,
        CASE WHEN length(my_postcode) = length(your_postcode) THEN hamming(my_postcode, your_postcode) END
            AS postcode_distance
    FROM aligned
)

SELECT
    account,
    other,
    CAST(CASE
        WHEN my_given_joined IS NULL OR given IS NULL THEN -1
        WHEN my_given_joined = given THEN 5 + CASE WHEN is_name_crossed THEN 0 ELSE my_given_class END
        WHEN list_has_any(my_given_words, your_given_words) THEN
            CASE WHEN list_has_all(my_given_words, your_given_words) OR list_has_all(your_given_words, my_given_words)
                THEN 4 ELSE CAST(NOT are_given_established AS TINYINT) END
        WHEN list_has_any(my_nickname_lines, your_nickname_lines) THEN 4
        -- Marie is no slip of Maria, nor Andre of Andreas, where many bear each: twins are called so
        WHEN are_given_established AND least(length(my_given_joined), length(given)) >= 3 THEN 0
        WHEN least(length(my_given_joined), length(given)) >= 3
            AND (starts_with(my_given_joined, given) OR starts_with(given, my_given_joined)) THEN 4
        WHEN given_likeness >= 0.92 THEN 3
        WHEN least(length(my_given_joined), length(given)) >= 4 AND given_likeness >= 0.8
            THEN CASE WHEN damerau_levenshtein(my_given_joined, given) <= 1 THEN 3 ELSE 1 END
        WHEN length(my_first_word) = 1 OR length(your_first_word) = 1
            THEN CASE WHEN left(my_given_joined, 1) = left(given, 1) THEN 2 ELSE 0 END
        WHEN given_likeness >= 0.8 THEN 1
        WHEN greatest(length(my_given_joined), length(given)) <= 4
            THEN CAST(damerau_levenshtein(my_given_joined, given) <= 1 AS TINYINT)
        ELSE 0
    END AS TINYINT) AS given,
    CAST(CASE
        WHEN my_family_joined IS NULL OR surname IS NULL THEN -1
        WHEN my_family_joined = surname THEN 4 + CASE WHEN is_name_crossed THEN 0 ELSE my_surname_class END
        WHEN surname_likeness >= 0.92 THEN 3
        WHEN part_of(my_family_joined, surname) OR part_of(surname, my_family_joined) THEN 2
        WHEN my_also_called IN (surname, your_also_called) OR your_also_called = my_family_joined THEN 2
        WHEN least(length(my_family_joined), length(surname)) >= 4 AND surname_likeness >= 0.8
            THEN CASE WHEN damerau_levenshtein(my_family_joined, surname) <= 1 THEN 3 ELSE 1 END
        WHEN surname_likeness >= 0.8 THEN 1
        ELSE 0
    END AS TINYINT) AS surname,
    CAST(CASE
        WHEN my_born IS NULL OR your_born IS NULL THEN -1
        WHEN my_born = your_born THEN 3 + CAST(my_birth_class >= 4 AS TINYINT)
        WHEN birth_distance <= 1 OR abs(my_birth_date - your_birth_date) <= 1
            OR my_born = left(your_born, 4) || right(your_born, 2) || substr(your_born, 5, 2) THEN 2
        WHEN birth_distance = 2 THEN CASE WHEN damerau_levenshtein(my_born, your_born) <= 1 THEN 2 ELSE 1 END
        ELSE 0
    END AS TINYINT) AS birth,
    CAST(CASE
        WHEN my_street IS NULL OR street IS NULL THEN -1
        WHEN my_street = street THEN 2 + CAST(my_street_class >= 3 AS TINYINT)
        WHEN jaro_winkler_similarity(my_street, street) >= 0.88 THEN 1
        ELSE 0
    END AS TINYINT) AS street,
    CAST(CASE
        WHEN my_house IS NULL OR your_house IS NULL THEN -1
        WHEN my_house = your_house THEN 2
        WHEN abs(length(my_house) - length(your_house)) > 1 THEN 0
        WHEN left(my_house, 1) <> left(your_house, 1) AND right(my_house, 1) <> right(your_house, 1) THEN 0
        WHEN damerau_levenshtein(my_house, your_house) <= 1 THEN 1
        ELSE 0
    END AS TINYINT) AS house,
    CAST(CASE
        WHEN my_extra IS NULL OR extra IS NULL THEN -1
        WHEN my_extra = extra THEN 2
        WHEN jaro_winkler_similarity(my_extra, extra) >= 0.88 THEN 1
        ELSE 0
    END AS TINYINT) AS extra,
    CAST(CASE
        WHEN my_postcode IS NULL OR your_postcode IS NULL THEN -1
        WHEN my_postcode = your_postcode THEN 2 + CAST(my_postcode_class >= 3 AS TINYINT)
        WHEN postcode_distance > 2 OR abs(length(my_postcode) - length(your_postcode)) > 1 THEN 0
        WHEN postcode_distance = 1 OR damerau_levenshtein(my_postcode, your_postcode) <= 1 THEN 1
        ELSE 0
    END AS TINYINT) AS postcode,
    CAST(CASE
        WHEN my_city IS NULL OR your_city IS NULL OR my_postcode = your_postcode THEN -1
        WHEN my_city = your_city THEN 2 + CAST(my_city_class >= 1 AS TINYINT)
        WHEN jaro_winkler_similarity(my_city, your_city) >= 0.88 THEN 1
        ELSE 0
    END AS TINYINT) AS city,
    CAST(CASE
        WHEN my_mailbox IS NULL OR your_mailbox IS NULL THEN -1
        WHEN my_mailbox = your_mailbox THEN CASE WHEN my_is_role THEN 3 ELSE 4 END
        WHEN my_is_role OR your_is_role OR least(length(my_local_part), length(your_local_part)) < 6 THEN 0
        WHEN my_local_part = your_local_part THEN 1
        WHEN abs(length(my_mailbox) - length(your_mailbox)) > 2 THEN 0
        WHEN left(my_local_part, 2) <> left(your_local_part, 2) AND right(my_local_part, 3) <> right(your_local_part, 3)
            THEN 0
        WHEN damerau_levenshtein(my_mailbox, your_mailbox) > 2 THEN 0
        -- letters of two scripts that look alike are no slip of the fingers, nor is the number that tells namesakes apart
        WHEN regexp_replace(my_local_part, '[^0-9]', '', 'g') <> regexp_replace(your_local_part, '[^0-9]', '', 'g') THEN 0
        WHEN regexp_replace(my_mailbox, '[ -~]', '', 'g') = regexp_replace(your_mailbox, '[ -~]', '', 'g') THEN 2
        ELSE 0
    END AS TINYINT) AS email,
    CAST(CASE
        WHEN my_e164 = your_e164 THEN 3
        WHEN (my_is_region_guessed OR your_is_region_guessed) AND my_phone_end = your_phone_end THEN 2
        WHEN my_phone_end IS NULL OR your_phone_end IS NULL THEN -1
        WHEN length(my_phone_end) = length(your_phone_end)
            THEN CAST(hamming(my_phone_end, your_phone_end) <= 1 AS TINYINT)
        ELSE 0
    END AS TINYINT) AS phone,
    CAST(CASE
        WHEN my_accounts_of_orders IS NULL AND your_accounts_of_orders IS NULL THEN -1
        WHEN list_contains(my_accounts_of_orders, your_account_id) THEN 1
        WHEN my_accounts_of_orders IS NOT NULL AND NOT coalesce(my_has_placed, FALSE) AND your_has_placed THEN 0
        WHEN your_accounts_of_orders IS NOT NULL AND NOT coalesce(your_has_placed, FALSE) AND my_has_placed THEN 0
        ELSE -1
    END AS TINYINT) AS orders,
    CAST(coalesce(CAST(my_loyalty = your_loyalty AS TINYINT), -1) AS TINYINT) AS loyalty,
    CAST(coalesce(CAST(my_device = your_device AS TINYINT), -1) AS TINYINT) AS device,
    CAST(my_source_code <> your_source_code AS TINYINT) AS silo
FROM measured
