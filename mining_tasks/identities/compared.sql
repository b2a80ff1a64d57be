-- What of each account is compared. Values that more accounts carry than may say nothing about a person.
WITH too_many AS (SELECT identifier_code, written FROM carried WHERE accounts_count > limit_count)

SELECT
    accounts.account, account_id, source_code, is_guest, region, is_region_guessed,
    given_joined, family_joined, given_sound, family_sound, given[1] AS first_word, list_filter(given, lambda word: length(word) > 1) AS given_words,
    nickname_lines, born, birth_date, street, house, extra, postcode, city, is_role,
    CASE WHEN mailboxes.written IS NULL THEN accounts.mailbox END AS mailbox,
    CASE WHEN mailboxes.written IS NULL THEN local_part END AS local_part,
    CASE WHEN numbers.written IS NULL THEN accounts.e164 END AS e164,
    CASE WHEN ends.phone_end IS NULL THEN accounts.phone_end END AS phone_end,
    commonness.* EXCLUDE (account),
    CASE WHEN cards.written IS NULL THEN accounts.loyalty END AS loyalty,
    CASE WHEN devices.written IS NULL THEN accounts.device END AS device,
    orders_of.others AS accounts_of_orders,
    orders_of.has_placed
FROM accounts
LEFT JOIN commonness USING (account)
LEFT JOIN orders_of USING (account)
LEFT JOIN too_many AS mailboxes ON mailboxes.identifier_code = 'email' AND mailboxes.written = accounts.mailbox
LEFT JOIN too_many AS numbers ON numbers.identifier_code = 'phone' AND numbers.written = accounts.e164
LEFT JOIN too_many AS cards ON cards.identifier_code = 'loyalty' AND cards.written = accounts.loyalty
LEFT JOIN too_many AS devices ON devices.identifier_code = 'device' AND devices.written = accounts.device
LEFT JOIN (
    SELECT phone_end FROM accounts WHERE NOT is_guest GROUP BY phone_end HAVING count(*) > $phone_limit
) AS ends ON ends.phone_end = accounts.phone_end
