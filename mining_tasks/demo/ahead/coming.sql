-- Every order after the night that counts, with the customer who gets it: the one of the account that places it, or,
-- for an account that nobody knows yet, the one who gets most of the person's orders. Money in EUR.
WITH main AS (
    SELECT person_id, customer_id
    FROM true_doors
    GROUP BY person_id, customer_id
    QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY sum(share) DESC, customer_id) = 1
)

SELECT
    coalesce(doors.customer_id, main.customer_id) AS customer_id,
    orders.person_id, orders.currency, orders.day - moment.day AS after_days, orders.cause_code,
    orders.book_margin_minor / (minor * per_eur) AS books_eur,
    (orders.amount_minor - orders.refund_minor) / (minor * per_eur) AS sales_eur
FROM truth_orders AS orders
CROSS JOIN moment
JOIN true_rates USING (currency)
LEFT JOIN true_doors AS doors
    ON doors.account_id = coalesce(orders.account_id, orders.guest_account_id)
    AND doors.person_id = orders.person_id
LEFT JOIN main ON main.person_id = orders.person_id
WHERE orders.day > moment.day AND NOT orders.is_test AND orders.status_code <> 'cancelled'
