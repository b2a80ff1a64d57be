-- What made most scores of each offer, and whether they tell a measured change.
SELECT campaign_code, effect_code, score_source, COUNT(*) AS rows
FROM pub_campaigns__affinities
GROUP BY campaign_code, effect_code, score_source
ORDER BY campaign_code, rows DESC, score_source
