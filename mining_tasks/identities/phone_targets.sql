-- How many calls go to each country.
SELECT target, count(*) FROM phone_calls GROUP BY target ORDER BY target
