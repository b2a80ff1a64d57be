-- One row per distinct way in which parts of addresses are written: `place` as streets, second lines and cities are
-- compared, `signs` as house numbers and postcodes are.
WITH distinct_places AS (
    SELECT DISTINCT place AS name
    FROM written UNPIVOT (place FOR kind IN (street, address_extra, city, street_number, postcode))
)

SELECT name, place_of(name) AS place, signs_of(name) AS signs FROM distinct_places
