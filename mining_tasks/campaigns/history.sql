-- history: what each customer had and answered of each offer by the end of each day of `facts`.
CREATE OR REPLACE TEMP TABLE history AS
SELECT
    contacts.customer,
    days.as_of_date,
    offers.campaign_code,
    COUNT(*) AS same_contacts_count,
    COUNT(CASE WHEN contacts.responded_day <= days.number THEN 1 END) AS same_responses_count,
    days.number - MAX(contacts.day) AS same_last_days
FROM known_contacts AS contacts
JOIN campaign_offers AS offers ON offers.campaign_id_crm = contacts.campaign_id_crm
JOIN (
    SELECT DISTINCT as_of_date, DATE_DIFF('day', DATE '1970-01-01', as_of_date) AS number FROM facts
) AS days ON contacts.day <= days.number
GROUP BY contacts.customer, days.as_of_date, days.number, offers.campaign_code;
