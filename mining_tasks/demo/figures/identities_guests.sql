-- Guests of the night: those who could be recovered, because their mailbox is one person's alone and a silo saw that
-- she reads it, and of these the ones in one customer with an account of hers; and those given to
-- somebody else: in one customer with an account or a guest of another, and with no account of hers. `$dotless`: the provider that ignores dots, and what follows a plus.
WITH states AS (
    SELECT
        source_code, CAST(account_id AS VARCHAR) AS typed_id, person_id, is_guest IS TRUE AS is_guest, is_email_verified,
        lower(trim(email)) AS email
    FROM truth_accounts CROSS JOIN moment
    WHERE updated_at < ends_at
    QUALIFY row_number() OVER (PARTITION BY source_code, account_id ORDER BY version DESC) = 1
),
boxed AS (
    SELECT
        states.* EXCLUDE (email),
        CASE WHEN split_part(email, '@', 2) = $dotless
            THEN replace(split_part(split_part(email, '@', 1), '+', 1), '.', '') || '@' || $dotless
            ELSE email END AS mailbox
    FROM states
),
-- only her own accounts can vouch for her; who else ever typed the mailbox, guest or not, makes it a shared one
own AS (
    SELECT mailbox
    FROM boxed
    WHERE mailbox IS NOT NULL
    GROUP BY mailbox
    HAVING count(DISTINCT person_id) = 1 AND bool_or(is_email_verified AND NOT is_guest)
),
guests AS (
    SELECT
        orders.account_id, any_value(typed.person_id) AS person_id, count(DISTINCT typed.person_id) > 1 AS is_mixed,
        bool_or(own.mailbox IS NOT NULL) AS is_recoverable
    FROM core_identities__guest_orders AS orders
    JOIN true_orders USING (order_id_shop)
    JOIN boxed AS typed ON typed.typed_id = true_orders.guest_id AND typed.is_guest
    LEFT JOIN own USING (mailbox)
    GROUP BY orders.account_id
),
members AS (
    SELECT links.customer_id, accounts.person_id, bool_or(NOT contains(links.account_id, ':guest:')) AS has_account
    FROM core_identities__links AS links
    JOIN (FROM true_accounts UNION ALL FROM true_guests) AS accounts USING (source_code, account_id_source)
    GROUP BY ALL
),
placed AS (
    SELECT
        guests.*,
        bool_or(members.person_id = guests.person_id AND members.has_account) AS is_recovered,
        bool_or(members.person_id <> guests.person_id) AS is_strange
    FROM guests
    JOIN core_identities__links AS links USING (account_id)
    JOIN members USING (customer_id)
    GROUP BY ALL
)

SELECT
    count(*) AS guests,
    count(*) FILTER (WHERE is_recoverable) AS recoverable,
    count(*) FILTER (WHERE is_recoverable AND is_recovered) AS recovered,
    count(*) FILTER (WHERE is_mixed OR (is_strange AND NOT is_recovered)) AS strange
FROM placed
