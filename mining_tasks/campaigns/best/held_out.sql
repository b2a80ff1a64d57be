-- Of campaigns that carried out our choice of `chosen_before`: whom it was chosen for, and who was held out of it. A
-- campaign did so if at least half of those it reached were chosen for its offer.
WITH offers AS (
    SELECT UNNEST($campaigns) AS campaign_id_crm, UNNEST($codes) AS campaign_code
),

reached AS (
    SELECT DISTINCT contacts.campaign_id_crm, links.customer_id
    FROM core_crm__campaign_contacts AS contacts
    JOIN core_identities__links AS links
        ON links.source_code = 'crm' AND links.account_id_source = contacts.contact_id_crm
    WHERE contacts.contacted_at < $night_end
),

ours AS (
    SELECT offers.campaign_id_crm, offers.campaign_code
    FROM offers
    JOIN reached ON reached.campaign_id_crm = offers.campaign_id_crm
    LEFT JOIN chosen_before AS chosen
        ON chosen.customer_id = reached.customer_id AND chosen.campaign_code = offers.campaign_code
    GROUP BY offers.campaign_id_crm, offers.campaign_code
    HAVING 2 * COUNT(chosen.customer_id) >= COUNT(*)
)

SELECT ours.campaign_id_crm, chosen.customer_id, chosen.is_holdout
FROM ours
JOIN chosen_before AS chosen
    ON COALESCE(chosen.intended_campaign_code, chosen.campaign_code) = ours.campaign_code AND NOT chosen.is_exploration
