-- people: one row per past campaign of `campaign_cut_offs` and customer whom it contacted or held out, with what came.
-- In a connection of `point_in_time.opened`, whose customers, orders and contacts by day are used. Everything after
-- `as_of_date`, the day before the campaign's first contact, is outcome; everything up to it stands in `facts`.
CREATE OR REPLACE TEMP TABLE reached AS
SELECT
    customer,
    campaign_id_crm,
    BOOL_OR(is_contacted) AS is_contacted,
    MIN(day) AS day,
    MIN(responded_day) AS responded_day
FROM (
    SELECT
        links.customer,
        told.campaign_id_crm,
        TRUE AS is_contacted,
        DATE_DIFF('day', DATE '1970-01-01', CAST(TIMEZONE($zone, told.contacted_at) AS DATE)) AS day,
        DATE_DIFF('day', DATE '1970-01-01', CAST(TIMEZONE($zone, told.responded_at) AS DATE)) AS responded_day
    FROM seen_campaign_contacts AS told
    JOIN known_accounts AS links
        ON links.source_code = 'crm' AND links.account_id_source = told.contact_id_crm
    WHERE told.contacted_at IS NOT NULL
    UNION ALL
    SELECT
        links.customer,
        told.campaign_id_crm,
        FALSE AS is_contacted,
        DATE_DIFF('day', DATE '1970-01-01', CAST(TIMEZONE($zone, told.held_out_at) AS DATE)) AS day,
        NULL AS responded_day
    FROM core_crm__campaign_controls AS told
    JOIN known_accounts AS links
        ON links.source_code = 'crm' AND links.account_id_source = told.contact_id_crm
    WHERE told.held_out_at IS NOT NULL
) AS each
GROUP BY customer, campaign_id_crm
-- who was contacted under one account and held out under another belongs to neither group
HAVING COUNT(DISTINCT is_contacted) = 1;

CREATE OR REPLACE TEMP TABLE people AS
WITH placed AS (
    SELECT reached.*, cut.campaign_code, cut.window_days, cut.as_of_date
    FROM reached
    JOIN campaign_cut_offs AS cut ON cut.campaign_id_crm = reached.campaign_id_crm
),

bought AS (
    SELECT placed.customer, placed.campaign_id_crm, COUNT(*) AS orders_count
    FROM placed
    JOIN known_orders AS orders
        ON orders.customer = placed.customer
        AND orders.day > placed.day AND orders.day <= placed.day + placed.window_days
    GROUP BY placed.customer, placed.campaign_id_crm
)

SELECT
    links.customer_id,
    placed.customer,
    placed.campaign_id_crm,
    placed.campaign_code,
    placed.as_of_date,
    placed.is_contacted,
    COALESCE(placed.responded_day - placed.day BETWEEN 0 AND placed.window_days, FALSE) AS is_response,
    COALESCE(bought.orders_count, 0) AS came_orders_count
FROM placed
JOIN (SELECT DISTINCT customer, customer_id FROM known_accounts) AS links ON links.customer = placed.customer
LEFT JOIN bought ON bought.customer = placed.customer AND bought.campaign_id_crm = placed.campaign_id_crm;
