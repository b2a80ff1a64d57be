-- One row per distinct way in which streets, second lines and cities are written, and how they are compared.
SELECT DISTINCT place AS name, place_of(place) AS place
FROM written UNPIVOT (place FOR kind IN (street, address_extra, city))
