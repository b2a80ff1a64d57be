-- Customers of both nights who were held out on one of them alone.
SELECT count(*) AS customers, count(*) FILTER (tonight.is_holdout <> earlier.is_holdout) AS changed
FROM pub_campaigns__best AS tonight JOIN pub_campaigns__best_before AS earlier USING (customer_id)
