-- All orders of guests, each with the guest's account.
SELECT 'shop:guest:' || first_order AS account_id, order_id AS order_id_shop FROM ({guests})
