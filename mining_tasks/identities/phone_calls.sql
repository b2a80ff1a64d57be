-- How each spelling of a phone is to be read: by the plan of the country that it calls (`target`), after its code or as
-- it is dialled at home (`digits`). What matches neither is left out. `leaving`: what is dialled to leave a country;
-- `phone_plans`: the plan by the first three digits (`head`) of a number with its country's code.
CREATE TABLE phone_calls AS
WITH spelt AS (
    SELECT dialled, region, regexp_full_match(dialled, '[+]?[0-9]+') AS is_plain, {leaving} AS leaving FROM spellings
),

sent AS (
    SELECT
        dialled,
        region,
        CASE
            WHEN starts_with(dialled, '+') THEN substr(dialled, 2)
            WHEN leaving <> '' THEN substr(dialled, length(leaving) + 1)
        END AS abroad
    FROM spelt
    WHERE is_plain
)

SELECT dialled, sent.region, plans.region AS target, substr(abroad, length(plans.code) + 1) AS digits
FROM sent JOIN phone_plans AS plans ON plans.head = left(abroad, 3)
UNION ALL
SELECT dialled, sent.region, plans.region, dialled
FROM sent JOIN (SELECT DISTINCT region, code FROM phone_plans) AS plans USING (region)
WHERE abroad IS NULL AND NOT starts_with(dialled, plans.code)
