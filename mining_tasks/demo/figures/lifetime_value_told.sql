-- Whether every customer of the night has one row, with all that it promises, and nobody else.
WITH told AS (
    SELECT
        customer_id, count(*) AS n,
        count(*) FILTER (
            score_source IS NULL OR score_source = '' OR value_90_days_amount IS NULL OR value_365_days_amount IS NULL
        ) AS empty,
        bool_or(value_basis_code = 'sales') AS is_by_sales
    FROM pub_lifetime_value__customers
    GROUP BY customer_id
)

SELECT
    count(*) FILTER (told.n IS DISTINCT FROM 1 OR known.customer_id IS NULL) AS astray,
    count(*) FILTER (told.empty > 0) AS unsaid,
    count(*) FILTER (told.is_by_sales) AS by_sales,
    count(*) AS customers
FROM core_customers__features AS known FULL JOIN told USING (customer_id)
