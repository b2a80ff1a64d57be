-- Whether any prediction fell due.
SELECT count(*) AS outcomes FROM pub_models__outcomes
