-- Everybody is linked anew: nobody is left elsewhere.
CREATE OR REPLACE TEMP VIEW links_around AS SELECT * FROM links_before;
CREATE OR REPLACE TEMP VIEW customers_around AS SELECT * FROM customers_before;
CREATE OR REPLACE TEMP VIEW links_elsewhere AS SELECT * FROM links_before WHERE FALSE;
CREATE OR REPLACE TEMP VIEW customers_elsewhere AS SELECT * FROM customers_before WHERE FALSE;
CREATE OR REPLACE TEMP VIEW pairs_elsewhere AS SELECT * FROM pairs_before WHERE FALSE;
