-- Contacts that still add or prevent orders after the night.
SELECT count(*) AS acting
FROM truth_contacts CROSS JOIN moment
WHERE group_code = 'treated' AND contacted_day + $window_days > day
