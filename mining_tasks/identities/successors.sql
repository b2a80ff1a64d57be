-- core_identities__successors: for every id that was ever given up the customer in whom she lives on tonight, missing
-- if no account of hers was left when it was given up. Closed: a successor who is given up hands all on to hers.
WITH ended AS (
    SELECT before.customer_id AS former_customer_id, settled.customer_id
    FROM customers_around AS before
    LEFT JOIN claims ON claims.customer_id = before.customer_id
    LEFT JOIN settled USING (cluster)
    WHERE before.customer_id IS DISTINCT FROM settled.customer_id
)

SELECT former_customer_id, customer_id, CAST($night AS DATE) AS ended_date
FROM ended
UNION ALL
SELECT
    past.former_customer_id,
    CASE WHEN ended.former_customer_id IS NULL THEN past.customer_id ELSE ended.customer_id END,
    past.ended_date
FROM successors_before AS past LEFT JOIN ended ON ended.former_customer_id = past.customer_id
