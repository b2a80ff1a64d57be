-- How many drawn pairs are on each level of one comparison, where both sides tell.
SELECT {level}, count(*) FROM drawn_levels WHERE {level} >= 0 GROUP BY 1
