-- How much of what a campaign to come does falls into so many days after the night, mean over the days on which it
-- contacts people: of the window of a contact (`window_share`), and of the clock of a type within it (`passed`).
WITH contacted AS (
    SELECT campaign_id, unnest(range(started_day, ended_day + 1)) AS contacted_day
    FROM truth_campaigns CROSS JOIN moment
    WHERE started_day > moment.day
),
windows AS (
    SELECT
        campaign_id, horizon.days,
        least(contacted_day, moment.day + horizon.days) AS first_day,
        least(contacted_day + $window_days, moment.day + horizon.days) AS last_day
    FROM contacted
    CROSS JOIN moment
    CROSS JOIN (SELECT unnest(range(1, $horizon + 1)) AS days) AS horizon
)

SELECT
    campaign_id, begun.type_code, CAST(windows.days AS INTEGER) AS days,
    avg(last_day - first_day) / $window_days AS window_share,
    avg(ended.ended - begun.ended) AS passed
FROM windows
JOIN true_clock AS begun ON begun.day = first_day
JOIN true_clock AS ended ON ended.day = last_day AND ended.type_code = begun.type_code
GROUP BY campaign_id, begun.type_code, windows.days
