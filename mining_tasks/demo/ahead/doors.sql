-- Which share of a person's coming orders each customer of the night gets: she orders with one of her accounts, of n
-- that stand open with the k-th to the probability sqrt(k / n) - sqrt((k - 1) / n), or as a guest, always if she has
-- nothing else (`planted/buying/checkout.py`). Accounts without a customer so far share like the others.
WITH open AS (
    SELECT
        person_id, account_id, is_guest,
        sqrt(row_number() OVER mine / count(*) OVER everyone) - sqrt((row_number() OVER mine - 1) / count(*) OVER everyone)
            AS share
    FROM truth_accounts CROSS JOIN moment
    WHERE source_code = 'shop' AND version = 0 AND opened_at < ends_at
    WINDOW
        everyone AS (PARTITION BY person_id, is_guest),
        mine AS (PARTITION BY person_id, is_guest ORDER BY opened_at, account_id)
),
ways AS (
    SELECT person_id, bool_or(is_guest) AS has_guest, bool_or(NOT is_guest) AS has_own FROM open GROUP BY person_id
),
guests AS (
    SELECT orders.guest_account_id AS account_id, min(links.customer_id) AS customer_id
    FROM truth_orders AS orders
    JOIN core_identities__guest_orders AS told ON told.order_id_shop = CAST(orders.order_id AS VARCHAR)
    JOIN core_identities__links AS links ON links.account_id = told.account_id
    WHERE orders.guest_account_id IS NOT NULL
    GROUP BY orders.guest_account_id
),
placed AS (
    SELECT
        open.person_id, open.account_id, open.is_guest, coalesce(links.customer_id, guests.customer_id) AS customer_id,
        open.share * CASE
            WHEN NOT (has_guest AND has_own) THEN 1
            WHEN open.is_guest THEN $guest_share
            ELSE 1 - $guest_share
        END AS share
    FROM open
    JOIN ways USING (person_id)
    LEFT JOIN core_identities__links AS links
        ON NOT open.is_guest AND links.account_id = 'shop:' || open.account_id
    LEFT JOIN guests ON open.is_guest AND guests.account_id = open.account_id
)

SELECT
    person_id, customer_id, account_id, is_guest,
    share / sum(share) OVER (PARTITION BY person_id) AS share
FROM placed
WHERE customer_id IS NOT NULL
ORDER BY person_id, account_id
