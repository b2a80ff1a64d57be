-- What counting all accounts says of each: which of its values more accounts carry than may, so that they say nothing
-- about a person; how common the others are; and who names orders with it. Kept beside `accounts`: `compared` joins the two
-- whenever it is asked, which costs less than to hold all that is written twice.
WITH too_many AS (SELECT identifier_code, written FROM carried WHERE accounts_count > limit_count)

SELECT
    accounts.account,
    mailboxes.written IS NOT NULL AS is_mailbox_limited,
    numbers.written IS NOT NULL AS is_e164_limited,
    ends.phone_end IS NOT NULL AS is_phone_end_limited,
    cards.written IS NOT NULL AS is_loyalty_limited,
    devices.written IS NOT NULL AS is_device_limited,
    commonness.* EXCLUDE (account),
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
