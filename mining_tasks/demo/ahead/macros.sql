-- Orders to be expected while a type's clock goes on for `coming` days, of a person who is active with that
-- probability; and the probability that none of them comes to a customer who gets `share` of them. An order to another
-- customer may be her last as well: of the events that end the silence or the waiting, at rate λ (s + (1 - s) p), the
-- part s / (s + (1 - s) p) ends the silence.
-- Every order is her last with the same chance, so as many are to be expected as the probability to leave over it; none
-- that campaigns add is her last with the probability `stays`, and they add none with the probability `none_added`.
CREATE OR REPLACE MACRO orders_ahead(active, rate, leaves, coming, stays) AS
    active * (1 - stays * exp(-rate * leaves * coming)) / leaves;
CREATE OR REPLACE MACRO silence_if_active(rate, leaves, coming, share) AS
    1 - share / (share + (1 - share) * leaves) * (1 - exp(-rate * (share + (1 - share) * leaves) * coming));
CREATE OR REPLACE MACRO silence_ahead(active, rate, leaves, coming, share, none_added) AS
    1 - active * (1 - none_added * silence_if_active(rate, leaves, coming, share));
-- The same for one who sees x + 1 orders in `age`, own of them her own, the last `silent_for` ago, and knows what rates
-- and chances to leave people of the type have, but not hers: gamma (r, α) and beta (a, b) (Fader, Hardie, Lee 2005,
-- divided by the likelihood of being active). `unanswered`: how likely contacts since then add none if she is active.
CREATE OR REPLACE MACRO left_odds(x, own, silent_for, age, unanswered, r, alpha, a, b) AS
    CASE WHEN x > 0
        THEN a / (b + x - 1) * pow((alpha + age) / (alpha + age - silent_for), r + own - 1) / unanswered
        ELSE 0
    END;
CREATE OR REPLACE MACRO silence_seen(x, own, silent_for, age, unanswered, coming, none_added, r, alpha, a, b) AS
    (
        left_odds(x, own, silent_for, age, unanswered, r, alpha, a, b)
        + none_added * pow((alpha + age) / (alpha + age + coming), r + own - 1)
    ) / (1 + left_odds(x, own, silent_for, age, unanswered, r, alpha, a, b));
