-- Whether every customer of the night has one row, with all that it promises, and nobody else; buyers of whom no
-- probability is told; rows whose due date is not their horizon after the night.
WITH told AS (
    SELECT
        customer_id, count(*) AS n,
        bool_or(churn_probability IS NULL) AS is_without,
        bool_or(score_source IS NULL OR score_source = '') AS is_unsaid,
        bool_or(
            churn_probability IS NOT NULL AND (
                coalesce(definition, '') = '' OR horizon_days IS NULL
                OR due_date IS DISTINCT FROM $night + CAST(horizon_days AS INTEGER)
            )
        ) AS is_undefined
    FROM pub_churn__customers
    GROUP BY customer_id
)

SELECT
    count(*) FILTER (told.n IS DISTINCT FROM 1 OR known.customer_id IS NULL) AS astray,
    count(*) FILTER (told.is_without AND known.orders_count > 0) AS without,
    count(*) FILTER (told.is_unsaid) AS unsaid,
    count(*) FILTER (told.is_undefined) AS undefined,
    count(*) AS customers
FROM core_customers__features AS known FULL JOIN told USING (customer_id)
