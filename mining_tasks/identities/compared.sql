-- What of each account is compared; without the values that more accounts carry than may. `tokens` and `given` are what
-- proofs look at.
CREATE OR REPLACE VIEW compared AS
SELECT
    accounts.account, account_id, source_code, is_guest, region, is_region_guessed,
    given_joined, family_joined, given_sound, family_sound, given[1] AS first_word,
    CASE WHEN NOT is_mailbox_limited AND length(also_called) > 2 THEN also_called END AS also_called,
    list_filter(given, lambda word: length(word) > 1) AS given_words,
    nickname_lines, born, birth_date, street, house, extra, postcode, city, is_role,
    CASE WHEN NOT is_mailbox_limited THEN mailbox END AS mailbox,
    CASE WHEN NOT is_mailbox_limited THEN local_part END AS local_part,
    CASE WHEN NOT is_e164_limited THEN e164 END AS e164,
    CASE WHEN NOT is_phone_end_limited THEN phone_end END AS phone_end,
    given_class, is_given_established, surname_class, birth_class, street_class, postcode_class, city_class,
    CASE WHEN NOT is_loyalty_limited THEN loyalty END AS loyalty,
    CASE WHEN NOT is_device_limited THEN device END AS device,
    accounts_of_orders, has_placed,
    tokens, given
FROM accounts JOIN counts USING (account)
