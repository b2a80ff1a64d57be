-- One row per customer as the choice sees her: consents (no wherever the features or what the CRM said last says no),
-- contacts in the period of the cap, days since the last one. `consents_now` is what warehouse.consents made.
WITH reached AS (
    SELECT
        links.customer_id,
        SUM(CASE WHEN EPOCH($night_end) - EPOCH(contacts.contacted_at) <= $period_days * 86400 THEN 1 ELSE 0 END)
            AS contacts_count,
        MIN((EPOCH($night_end) - EPOCH(contacts.contacted_at)) / 86400) AS last_contact_days
    FROM core_crm__campaign_contacts AS contacts
    JOIN core_identities__links AS links
        ON links.source_code = 'crm' AND links.account_id_source = contacts.contact_id_crm
    WHERE contacts.contacted_at < $night_end
    GROUP BY links.customer_id
),

said AS (
    SELECT
        customer_id,
        MAX(CASE WHEN channel_code = 'email' AND is_granted THEN 1 ELSE 0 END) = 1 AS email,
        MAX(CASE WHEN channel_code = 'sms' AND is_granted THEN 1 ELSE 0 END) = 1 AS sms,
        MAX(CASE WHEN channel_code = 'phone' AND is_granted THEN 1 ELSE 0 END) = 1 AS phone,
        MAX(CASE WHEN channel_code = 'post' AND is_granted THEN 1 ELSE 0 END) = 1 AS post
    FROM consents_now
    GROUP BY customer_id
)

SELECT
    customers.customer_id,
    customers.currency,
    customers.has_email_consent AND COALESCE(said.email, FALSE) AS email,
    customers.has_sms_consent AND COALESCE(said.sms, FALSE) AS sms,
    customers.has_phone_consent AND COALESCE(said.phone, FALSE) AS phone,
    customers.has_post_consent AND COALESCE(said.post, FALSE) AS post,
    CAST(COALESCE(reached.contacts_count, 0) AS BIGINT) AS contacts_count,
    reached.last_contact_days
FROM core_customers__features AS customers
LEFT JOIN said ON said.customer_id = customers.customer_id
LEFT JOIN reached ON reached.customer_id = customers.customer_id
ORDER BY customers.customer_id
