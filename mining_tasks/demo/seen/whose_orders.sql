-- The truth's orders with the customer of the night to whom the account that placed them belongs, or the guest; who is
-- who is taken from the night. Orders that name neither are left out.
SELECT orders.*, links.customer_id
FROM true_orders AS orders
LEFT JOIN core_identities__guest_orders AS guests
    ON guests.order_id_shop = orders.order_id_shop AND orders.guest_id IS NOT NULL
LEFT JOIN core_identities__links AS links
    ON links.account_id = coalesce('shop:' || orders.customer_id_shop, guests.account_id)
WHERE orders.customer_id_shop IS NOT NULL OR orders.guest_id IS NOT NULL
