-- What a contact of each customer with each offer is expected to bring, by places: of customers in the order of their
-- ids, of offers in the order of `$codes`.
WITH customers AS (
    SELECT customer_id, ROW_NUMBER() OVER (ORDER BY customer_id) - 1 AS place
    FROM core_customers__features
),

offers AS (
    SELECT UNNEST($codes) AS campaign_code, UNNEST($places) AS place
)

SELECT
    CAST(customers.place AS INTEGER) AS customer,
    CAST(offers.place AS INTEGER) AS offer,
    CAST(scores.value_amount AS DOUBLE) AS value
FROM pub_campaigns__affinities AS scores
JOIN customers ON customers.customer_id = scores.customer_id
JOIN offers ON offers.campaign_code = scores.campaign_code
WHERE scores.value_amount IS NOT NULL
