-- How many accounts each region holds, in the order of regions.
SELECT count(*) FROM compared WHERE NOT is_guest GROUP BY region ORDER BY region
