-- What a contact of each customer with each offer is expected to bring, by places: of customers in the order of their
-- ids, of offers in the order of `$codes`; and whether it likely puts her off: even $wide of its interval above what is
-- told, she orders less.
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
    CAST(scores.value_amount AS DOUBLE) AS value,
    COALESCE(
        uplift_probability + $wide * (uplift_high_probability - uplift_low_probability) < 0, FALSE
    ) AS is_put_off
FROM pub_campaigns__affinities AS scores
JOIN customers ON customers.customer_id = scores.customer_id
JOIN offers ON offers.campaign_code = scores.campaign_code
WHERE scores.value_amount IS NOT NULL
