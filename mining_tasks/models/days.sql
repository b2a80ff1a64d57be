-- What the shared facts know of each day, by customer id: the same days from which models learn their labels.
CREATE TEMP TABLE came_days AS
SELECT
    ids.customer_id,
    DATE '1970-01-01' + CAST(days.day AS INTEGER) AS day,
    days.currency,
    COALESCE(days.orders_count, 0) AS orders_count,
    days.value_amount AS margin_amount,
    COALESCE(days.sales_amount, 0) - days.refund_amount AS sales_amount
FROM known_days_valued AS days
JOIN (SELECT DISTINCT customer, customer_id FROM known_accounts) AS ids ON ids.customer = days.customer;

CREATE TEMP TABLE came_contacts AS
SELECT
    ids.customer_id,
    offers.campaign_code,
    DATE '1970-01-01' + CAST(contacts.day AS INTEGER) AS day,
    DATE '1970-01-01' + CAST(contacts.responded_day AS INTEGER) AS responded_day
FROM known_contacts AS contacts
JOIN (SELECT DISTINCT customer, customer_id FROM known_accounts) AS ids ON ids.customer = contacts.customer
JOIN offers ON offers.campaign_id_crm = contacts.campaign_id_crm;
