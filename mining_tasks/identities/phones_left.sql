-- What no plan was sure of.
SELECT dialled, region FROM spellings ANTI JOIN phones USING (dialled, region) ORDER BY dialled, region
