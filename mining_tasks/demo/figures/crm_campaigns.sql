-- Campaigns of which our table says something else than the truth: what a contact costs, in what, and whether a share
-- was left out by chance.
SELECT
    count(*) AS looked_at,
    count(*) FILTER (WHERE
        told.contact_cost_amount * 100 IS DISTINCT FROM t.cost_minor
        OR told.currency IS DISTINCT FROM 'EUR'
        OR told.has_control_group IS DISTINCT FROM t.has_control
    ) AS wrong
FROM truth_campaigns AS t
JOIN core_crm__campaigns AS told ON told.campaign_id_crm = CAST(t.campaign_id AS VARCHAR)
