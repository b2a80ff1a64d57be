-- What the mailing house tells each night: who was contacted, and later what came of it.
SELECT
    business_day(told.updated_at) AS night, CAST(told.campaign_id AS VARCHAR) || '-' || told.contact_id AS id,
    CAST(to_json({
        'campaign_id': CAST(told.campaign_id AS VARCHAR), 'contact_id': CAST(told.contact_id AS VARCHAR),
        'contacted_at': utc_text(told.contacted_at), 'first_responded_at': utc_text(told.responded_at),
        'responses': told.responses_count, 'revenue': money_text(told.revenue_minor, told.digits),
        'currency': told.currency, 'updated_at': utc_text(told.updated_at)
    }) AS VARCHAR) AS line
FROM (
    SELECT
        campaign_id, contact_id, contacted_at, CAST(NULL AS BIGINT) AS responded_at, 0 AS responses_count,
        0 AS revenue_minor, currency, digits, contacted_at AS updated_at
    FROM responses JOIN persons USING (person_id) JOIN minor_units USING (currency)
    WHERE group_code = 'treated'
    UNION ALL
    SELECT
        campaign_id, contact_id, contacted_at, responded_at, responses_count,
        revenue_minor, currency, digits, GREATEST(responded_at, contacted_at + 1) AS updated_at
    FROM responses JOIN persons USING (person_id) JOIN minor_units USING (currency)
    WHERE group_code = 'treated' AND responses_count > 0
) AS told
WHERE told.updated_at < getvariable('end_at')
ORDER BY night, told.updated_at, told.campaign_id, told.contact_id
