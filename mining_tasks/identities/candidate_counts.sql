-- How many candidates there are along the accounts.
SELECT account // $width, count(*) FROM candidates GROUP BY ALL ORDER BY ALL
