-- Who consents to what, by customer and channel: the strictest of her contacts counts. A yes that is said to come
-- at `$said_before` or later counts as no; a no counts whenever it was said.
CREATE TEMP TABLE consents_now AS
SELECT
    links.customer_id,
    consents.channel_code,
    MIN(CASE WHEN consents.is_granted AND consents.recorded_at < $said_before THEN 1 ELSE 0 END) = 1 AS is_granted
FROM core_crm__consents AS consents
JOIN core_identities__links AS links
    ON links.source_code = 'crm' AND links.account_id_source = consents.contact_id_crm
GROUP BY links.customer_id, consents.channel_code;
