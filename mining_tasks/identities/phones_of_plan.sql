-- The calls to one country that its plan is sure of: what is left without the prefix dialled at home is a number that can
-- exist there.
INSERT INTO phones
WITH bare AS (
    SELECT dialled, region, regexp_replace(digits, $prefix, '') AS rest
    FROM phone_calls
    WHERE target = $target AND ($is_plain OR NOT regexp_matches(digits, $prefix))
)

SELECT dialled, region, '+' || $code || rest AS e164
FROM bare
WHERE CASE {valid} ELSE FALSE END
