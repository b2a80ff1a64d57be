-- What of each account is compared. Values that more accounts carry than may say nothing about a person.
WITH carrying AS (SELECT * FROM accounts WHERE NOT is_guest)

SELECT
    accounts.account, account_id, source_code, is_guest, region, is_region_guessed,
    given_joined, family_joined, given_sound, family_sound, given[1] AS first_word, list_filter(given, lambda word: length(word) > 1) AS given_words,
    nickname_lines, born, birth_date, street, house, extra, postcode, city, is_role,
    CASE WHEN mailboxes.mailbox IS NULL THEN accounts.mailbox END AS mailbox,
    CASE WHEN mailboxes.mailbox IS NULL THEN local_part END AS local_part,
    CASE WHEN numbers.e164 IS NULL THEN accounts.e164 END AS e164,
    CASE WHEN ends.phone_end IS NULL THEN accounts.phone_end END AS phone_end,
    commonness.* EXCLUDE (account),
    CASE WHEN cards.loyalty IS NULL THEN accounts.loyalty END AS loyalty,
    CASE WHEN devices.device IS NULL THEN accounts.device END AS device,
    orders_of.others AS accounts_of_orders,
    orders_of.has_placed
FROM accounts
LEFT JOIN commonness USING (account)
LEFT JOIN orders_of USING (account)
LEFT JOIN (SELECT mailbox FROM carrying GROUP BY mailbox HAVING count(*) > $email_limit) AS mailboxes
    ON mailboxes.mailbox = accounts.mailbox
LEFT JOIN (SELECT e164 FROM carrying GROUP BY e164 HAVING count(*) > $phone_limit) AS numbers
    ON numbers.e164 = accounts.e164
LEFT JOIN (SELECT phone_end FROM carrying GROUP BY phone_end HAVING count(*) > $phone_limit) AS ends
    ON ends.phone_end = accounts.phone_end
LEFT JOIN (SELECT loyalty FROM carrying GROUP BY loyalty HAVING count(*) > $reference_limit) AS cards
    ON cards.loyalty = accounts.loyalty
LEFT JOIN (SELECT device FROM carrying GROUP BY device HAVING count(*) > $reference_limit) AS devices
    ON devices.device = accounts.device
