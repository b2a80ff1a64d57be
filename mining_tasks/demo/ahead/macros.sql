-- Orders to be expected while a type's clock goes on for `coming` days, of a person who is active with that
-- probability; and the probability that none of them comes to a customer who gets `share` of them. An order to another
-- customer may be her last as well: of the events that end the silence or the waiting, at rate λ (s + (1 - s) p), the
-- part s / (s + (1 - s) p) ends the silence.
CREATE OR REPLACE MACRO orders_ahead(active, rate, leaves, coming) AS
    active * (1 - exp(-rate * leaves * coming)) / leaves;
CREATE OR REPLACE MACRO silence_ahead(active, rate, leaves, coming, share) AS
    1 - active * share / (share + (1 - share) * leaves) * (1 - exp(-rate * (share + (1 - share) * leaves) * coming));
