-- Buyers by segment and by the latent type of the person who is behind most of the customer's accounts.
WITH shares AS (
    SELECT links.customer_id, accounts.person_id, count(*) AS n
    FROM core_identities__links AS links
    JOIN (FROM true_accounts UNION ALL FROM true_guests) AS accounts USING (source_code, account_id_source)
    GROUP BY ALL
),
faces AS (
    SELECT customer_id, person_id
    FROM shares
    QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY n DESC, person_id) = 1
)

SELECT segment_id, type_code, count(*) AS customers
FROM pub_segments__customers AS placed
JOIN faces USING (customer_id)
JOIN truth_persons USING (person_id)
WHERE placed.orders_count > 0
GROUP BY ALL
ORDER BY ALL
