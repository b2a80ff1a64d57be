-- What of each account is compared. Values that more accounts carry than may say nothing about a person.
WITH carrying AS (SELECT * FROM accounts WHERE NOT is_guest)

SELECT
    accounts.account, account_id, source_code, is_guest, region, country IS NULL AND NOT regexp_matches(coalesce(phone, ''), '^\s*([+]|00)') AS is_region_guessed,
    given_joined, family_joined, given_sound, family_sound, given[1] AS first_word, list_filter(given, lambda word: length(word) > 1) AS given_words,
    nickname_lines, born, birth_date, street, house, extra, postcode, city, is_role,
    CASE WHEN coalesce(mailboxes.carriers, 0) <= $email_limit THEN mailbox END AS mailbox,
    CASE WHEN coalesce(mailboxes.carriers, 0) <= $email_limit THEN local_part END AS local_part,
    CASE WHEN coalesce(numbers.carriers, 0) <= $phone_limit THEN e164 END AS e164,
    CASE WHEN coalesce(ends.carriers, 0) <= $phone_limit THEN phone_end END AS phone_end,
    commonness.* EXCLUDE (account),
    orders_of.others AS accounts_of_orders,
    orders_of.has_placed
FROM accounts
LEFT JOIN commonness USING (account)
LEFT JOIN orders_of USING (account)
LEFT JOIN (SELECT mailbox, count(*) AS carriers FROM carrying GROUP BY 1) AS mailboxes USING (mailbox)
LEFT JOIN (SELECT e164, count(*) AS carriers FROM carrying GROUP BY 1) AS numbers USING (e164)
LEFT JOIN (SELECT phone_end, count(*) AS carriers FROM carrying GROUP BY 1) AS ends USING (phone_end)
