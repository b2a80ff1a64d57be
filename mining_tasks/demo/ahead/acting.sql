-- Contacts made so far that still act after the night, and campaigns that have begun and not ended.
SELECT
    (
        SELECT count(*)
        FROM truth_contacts CROSS JOIN moment
        WHERE group_code = 'treated' AND contacted_day <= day AND contacted_day + $window_days > day
    ) + (SELECT count(*) FROM truth_campaigns CROSS JOIN moment WHERE started_day <= day AND ended_day > day) AS acting
