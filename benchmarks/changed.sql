-- The table with three accounts of a thousand changed: another e-mail, another phone or another name.
WITH drawn AS (SELECT *, hash(id_source) % 1000 AS ticket, hash(id_source, 1) % 3 AS what FROM core_table)

SELECT * EXCLUDE (ticket, what) REPLACE (
    CASE WHEN ticket < 3 AND what = 0 THEN 'new.' || email ELSE email END AS email,
    CASE WHEN ticket < 3 AND what = 1 THEN NULL ELSE phone END AS phone,
    CASE WHEN ticket < 3 AND what = 2 THEN family || '-Neu' ELSE family END AS family
)
FROM drawn
