-- Orders to be expected while a type's clock goes on for `coming` days, of a person who is active with that
-- probability; and the probability that none of them comes to a customer who gets `share` of them. An order to another
-- customer may be her last as well: of the events that end the silence or the waiting, at rate λ (s + (1 - s) p), the
-- part s / (s + (1 - s) p) ends the silence.
CREATE OR REPLACE MACRO orders_ahead(active, rate, leaves, coming) AS
    active * (1 - exp(-rate * leaves * coming)) / leaves;
-- Campaigns add no order with the probability `none_added`, and none at all to who has left.
CREATE OR REPLACE MACRO silence_if_active(rate, leaves, coming, share) AS
    1 - share / (share + (1 - share) * leaves) * (1 - exp(-rate * (share + (1 - share) * leaves) * coming));
CREATE OR REPLACE MACRO silence_ahead(active, rate, leaves, coming, share, none_added) AS
    1 - active * (1 - none_added * silence_if_active(rate, leaves, coming, share));
-- The same for one who sees x + 1 orders in `age`, the last `silent_for` ago, and knows what rates and chances to leave
-- people of the type have, but not hers: gamma (r, α) and beta (a, b) (Fader, Hardie, Lee 2005, divided by the
-- likelihood of being active).
CREATE OR REPLACE MACRO left_odds(x, silent_for, age, r, alpha, a, b) AS
    CASE WHEN x > 0 THEN a / (b + x - 1) * pow((alpha + age) / (alpha + age - silent_for), r + x) ELSE 0 END;
CREATE OR REPLACE MACRO silence_seen(x, silent_for, age, coming, none_added, r, alpha, a, b) AS
    (left_odds(x, silent_for, age, r, alpha, a, b) + none_added * pow((alpha + age) / (alpha + age + coming), r + x))
    / (1 + left_odds(x, silent_for, age, r, alpha, a, b));
