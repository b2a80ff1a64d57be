-- How many pairs of one country's accounts carry the same value, by field and class of commonness; `place` is the
-- level in levels.py. `told` is how many pairs there are in which both sides say something.
WITH heard AS (SELECT * FROM compared WHERE NOT is_guest),

valued AS (
    SELECT region, 'given' AS field, given_joined AS value, 5 + given_class AS place FROM heard
    UNION ALL SELECT region, 'surname', family_joined, 4 + surname_class FROM heard
    UNION ALL SELECT region, 'birth', born, 3 + CAST(birth_class >= 4 AS TINYINT) FROM heard
    UNION ALL SELECT region, 'street', street, 2 + CAST(street_class >= 3 AS TINYINT) FROM heard
    UNION ALL SELECT region, 'postcode', postcode, 2 + CAST(postcode_class >= 3 AS TINYINT) FROM heard
    UNION ALL SELECT '', 'email', mailbox, 4 - CAST(is_role AS TINYINT) FROM heard
    UNION ALL SELECT '', 'phone', e164, 3 FROM heard
    UNION ALL SELECT '', 'loyalty', loyalty, 1 FROM heard
    UNION ALL SELECT '', 'device', device, 1 FROM heard
),

carried AS (
    SELECT region, field, value, place, CAST(count(*) AS DOUBLE) AS carriers
    FROM valued WHERE value IS NOT NULL GROUP BY ALL
),

told AS (
    SELECT field, sum(carriers * (carriers - 1) / 2) AS pairs
    FROM (SELECT region, field, sum(carriers) AS carriers FROM carried GROUP BY ALL)
    GROUP BY field
)

SELECT field, place, sum(carriers * (carriers - 1) / 2) / nullif(any_value(told.pairs), 0) AS share
FROM carried JOIN told USING (field)
GROUP BY field, place
HAVING share > 0
UNION ALL
SELECT 'orders', 1, (SELECT count(*) FROM order_links) / nullif(namers * buyers, 0)
FROM (
    SELECT
        CAST(count(*) FILTER (WHERE accounts_of_orders IS NOT NULL AND has_placed IS NOT TRUE) AS DOUBLE) AS namers,
        CAST(count(*) FILTER (WHERE has_placed) AS DOUBLE) AS buyers
    FROM heard
)
WHERE namers * buyers > 0
ORDER BY field, place
