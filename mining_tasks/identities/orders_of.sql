-- Of every account the accounts who name an order with it, and whether it is one of those who place orders: two
-- accounts of which one names orders, but none of the other's, are likely two people.
WITH partners AS (
    SELECT account, list(account_id ORDER BY account_id) AS others
    FROM (
        SELECT links.account, accounts.account_id
        FROM order_links AS links JOIN accounts ON accounts.account = links.other
        UNION ALL
        SELECT links.other, accounts.account_id
        FROM order_links AS links JOIN accounts ON accounts.account = links.account
    )
    GROUP BY account
)

SELECT account, others, source_code = 'shop' AS has_placed
FROM accounts LEFT JOIN partners USING (account)
WHERE NOT is_guest AND (others IS NOT NULL OR source_code = 'shop')
