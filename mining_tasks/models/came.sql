-- What came of each prediction in `persons`. Windows are strictly after the night, and end with the day that is due.
CREATE TEMP TABLE windows AS
SELECT DISTINCT now_id, made_night, due_date
FROM persons
WHERE now_id IS NOT NULL AND came_code <> 'response';

CREATE TEMP TABLE bought AS
SELECT
    windows.now_id,
    windows.made_night,
    windows.due_date,
    days.currency,
    SUM(days.orders_count) AS orders_count,
    SUM(days.margin_amount) AS margin_amount,
    SUM(days.sales_amount) AS sales_amount
FROM windows
JOIN came_days AS days
    ON days.customer_id = windows.now_id AND days.day > windows.made_night AND days.day <= windows.due_date
GROUP BY windows.now_id, windows.made_night, windows.due_date, days.currency;

CREATE TEMP TABLE ordered AS
SELECT now_id, made_night, due_date, SUM(orders_count) AS orders_count
FROM bought
GROUP BY now_id, made_night, due_date;

-- A response is foretold for a contact right after the night: it counts for those whom the campaign reached within the
-- next 7 days, and each has as long to respond as was said. As predictions are kept every 7 nights, a contact counts once.
CREATE TEMP TABLE reached AS
SELECT
    persons.now_id,
    persons.about,
    persons.made_night,
    persons.due_date,
    MAX(
        CASE
            WHEN DATE_DIFF('day', contacts.day, contacts.responded_day)
                <= DATE_DIFF('day', persons.made_night, persons.due_date) - 1 THEN 1
            ELSE 0
        END
    ) AS has_responded
FROM (SELECT DISTINCT now_id, about, made_night, due_date FROM persons WHERE came_code = 'response') AS persons
JOIN came_contacts AS contacts
    ON contacts.customer_id = persons.now_id AND contacts.campaign_code = persons.about
    AND contacts.day > persons.made_night
    AND DATE_DIFF('day', persons.made_night, contacts.day) <= 7
GROUP BY persons.now_id, persons.about, persons.made_night, persons.due_date;

CREATE TEMP TABLE compared AS
SELECT
    persons.family,
    persons.prediction,
    persons.about,
    persons.score_source,
    CASE WHEN persons.came_code = 'value' THEN COALESCE(persons.currency, '') ELSE '' END AS currency,
    persons.made_night,
    persons.matures_date AS due_date,
    persons.segment_id,
    persons.decile,
    persons.came_code,
    persons.now_id IS NULL AS is_gone,
    persons.is_merged,
    persons.came_code = 'response' AND persons.now_id IS NOT NULL AND reached.now_id IS NULL AS is_unreached,
    CAST(persons.predicted AS DECIMAL(18, 6)) AS predicted,
    CAST(
        CASE persons.came_code
            WHEN 'no_order' THEN CASE WHEN ordered.orders_count > 0 THEN 0 ELSE 1 END
            WHEN 'order' THEN CASE WHEN ordered.orders_count > 0 THEN 1 ELSE 0 END
            WHEN 'orders' THEN COALESCE(ordered.orders_count, 0)
            WHEN 'value' THEN COALESCE(
                CASE WHEN persons.value_basis_code = 'margin' THEN bought.margin_amount ELSE bought.sales_amount END, 0
            )
            WHEN 'response' THEN reached.has_responded
        END AS DECIMAL(18, 6)
    ) AS came,
    persons.predicted_low,
    persons.predicted_high
FROM persons
LEFT JOIN ordered
    ON ordered.now_id = persons.now_id AND ordered.made_night = persons.made_night
    AND ordered.due_date = persons.due_date
LEFT JOIN bought
    ON persons.came_code = 'value' AND bought.now_id = persons.now_id AND bought.made_night = persons.made_night
    AND bought.due_date = persons.due_date AND bought.currency IS NOT DISTINCT FROM persons.currency
LEFT JOIN reached
    ON persons.came_code = 'response' AND reached.now_id = persons.now_id AND reached.about = persons.about
    AND reached.made_night = persons.made_night AND reached.due_date = persons.due_date;
