-- One row per past campaign and per whether people were contacted or held out: when, how many, how many responded.
-- `campaign_offers` says which offer a campaign was an instance of, and within how many days a response counts.
WITH told AS (
    SELECT campaign_id_crm, contact_id_crm, contacted_at AS moment, responded_at, TRUE AS is_contacted
    FROM core_crm__campaign_contacts
    WHERE contacted_at IS NOT NULL
    UNION ALL
    SELECT campaign_id_crm, contact_id_crm, held_out_at AS moment, NULL AS responded_at, FALSE AS is_contacted
    FROM core_crm__campaign_controls
    WHERE held_out_at IS NOT NULL
),

dated AS (
    SELECT
        campaign_id_crm,
        is_contacted,
        CAST(TIMEZONE($zone, moment) AS DATE) AS day,
        CAST(TIMEZONE($zone, responded_at) AS DATE) AS responded_day
    FROM told
)

SELECT
    offers.campaign_id_crm,
    offers.campaign_code,
    offers.window_days,
    MIN(dated.day) AS first_date,
    MAX(dated.day) AS last_date,
    COUNT(CASE WHEN dated.is_contacted THEN 1 END) AS contacts_count,
    COUNT(CASE WHEN NOT dated.is_contacted THEN 1 END) AS controls_count,
    COUNT(CASE WHEN DATE_DIFF('day', dated.day, dated.responded_day) BETWEEN 0 AND offers.window_days THEN 1 END)
        AS responses_count
FROM campaign_offers AS offers
JOIN dated ON dated.campaign_id_crm = offers.campaign_id_crm
WHERE dated.day <= $night
GROUP BY offers.campaign_id_crm, offers.campaign_code, offers.window_days
ORDER BY first_date, offers.campaign_id_crm
