-- The guests of the night as our tables name them, in the columns of `true_accounts`: an account of a guest stands for
-- all orders of the same contact data, and is told twice if they are of two people.
SELECT DISTINCT
    'shop' AS source_code,
    substr(guests.account_id, length('shop:') + 1) AS account_id_source,
    typed.person_id
FROM core_identities__guest_orders AS guests
JOIN truth_orders AS orders ON CAST(orders.order_id AS VARCHAR) = guests.order_id_shop
JOIN truth_accounts AS typed ON typed.account_id = orders.guest_account_id AND typed.is_guest
