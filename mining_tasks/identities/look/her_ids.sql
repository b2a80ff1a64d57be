-- Since when a customer is known, and the ids that were given up for hers.
SELECT
    known_since_date,
    (
        SELECT coalesce(list(former_customer_id ORDER BY ended_date, former_customer_id), [])
        FROM core_identities__successors WHERE customer_id = $customer
    ) AS former_ids
FROM core_identities__customers
WHERE customer_id = $customer
