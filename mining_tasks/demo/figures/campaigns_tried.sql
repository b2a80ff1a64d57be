-- One row per type and offer that was ever tried against a random control group: the standard error of the difference
-- in orders within the window, contacted less controls, of customers of the type.
WITH tried AS (
    SELECT
        lower(campaigns.type_code || '_' || channel_code) AS campaign_code, buying.type_code, contacts.campaign_id,
        contacts.person_id, contacts.group_code, contacts.contacted_day
    FROM truth_contacts AS contacts
    CROSS JOIN moment
    JOIN truth_campaigns AS campaigns USING (campaign_id)
    JOIN truth_buying AS buying USING (person_id)
    WHERE has_control AND contacted_day + $window_days <= moment.day AND first_order_day < contacted_day
),
ordered AS (
    SELECT tried.campaign_id, tried.person_id, count(*) AS n
    FROM tried JOIN truth_orders AS orders USING (person_id)
    WHERE orders.day > contacted_day AND orders.day <= contacted_day + $window_days AND NOT is_test
    GROUP BY tried.campaign_id, tried.person_id
),
groups AS (
    SELECT
        tried.campaign_code, tried.type_code, tried.group_code, count(*) AS people,
        var_samp(coalesce(ordered.n, 0)) AS variance
    FROM tried LEFT JOIN ordered USING (campaign_id, person_id)
    GROUP BY ALL
)

SELECT campaign_code, type_code, sqrt(sum(variance / people)) AS error, sum(people) AS people
FROM groups
GROUP BY campaign_code, type_code
HAVING count(*) = 2 AND min(people) > 1
ORDER BY campaign_code, type_code
