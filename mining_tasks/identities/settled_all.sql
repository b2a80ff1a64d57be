-- What was settled tonight, and who stays who she was.
CREATE OR REPLACE TEMP VIEW links AS
SELECT * FROM links_now UNION ALL BY NAME SELECT * FROM links_elsewhere;
CREATE OR REPLACE TEMP VIEW customers AS
SELECT * FROM customers_now UNION ALL BY NAME SELECT * FROM customers_elsewhere;
CREATE OR REPLACE TEMP VIEW named_pairs AS
SELECT * FROM pairs_now UNION ALL BY NAME SELECT * FROM pairs_elsewhere;
