-- How many pairs of accounts live in one street.
SELECT coalesce(sum(accounts * (accounts - 1) / 2), 0)
FROM (
    SELECT CAST(count(*) AS DOUBLE) AS accounts
    FROM compared
    WHERE NOT is_guest AND street IS NOT NULL AND postcode IS NOT NULL
    GROUP BY street, postcode
)
