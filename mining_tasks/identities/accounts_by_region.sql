-- All accounts but guests, region by region.
SELECT account FROM compared WHERE NOT is_guest ORDER BY region, account
