-- Predicted against what came: for all, by segment, by decile, and by both. Sums are of whole millionths, so that the
-- same rows give the same figures in any order.
CREATE TEMP TABLE summed AS
SELECT
    family,
    prediction,
    about,
    score_source,
    currency,
    made_night,
    due_date,
    came_code,
    COALESCE(segment_id, 'all') AS segment_id,
    COALESCE(decile, 0) AS decile,
    COUNT(CASE WHEN counts THEN 1 END) AS rows_count,
    COUNT(CASE WHEN is_gone THEN 1 END) AS gone_count,
    COUNT(CASE WHEN is_merged AND NOT is_gone THEN 1 END) AS merged_count,
    COUNT(CASE WHEN is_unreached AND NOT is_merged THEN 1 END) AS unreached_count,
    COUNT(CASE WHEN counts AND came <> 0 THEN 1 END) AS came_count,
    CAST(SUM(CASE WHEN counts THEN predicted END) AS DOUBLE) AS predicted_sum,
    CAST(SUM(CASE WHEN counts THEN came END) AS DOUBLE) AS came_sum,
    CAST(SUM(CASE WHEN counts THEN predicted - came END) AS DOUBLE) AS difference_sum,
    CAST(SUM(CASE WHEN counts THEN (predicted - came) * (predicted - came) END) AS DOUBLE) AS squares_sum,
    CAST(SUM(CASE WHEN counts THEN predicted * (1 - predicted) END) AS DOUBLE) AS chance_sum,
    COUNT(CASE WHEN counts AND predicted_low IS NOT NULL AND predicted_high IS NOT NULL THEN 1 END) AS ends_count,
    COUNT(CASE WHEN counts AND came >= predicted_low AND came <= predicted_high THEN 1 END) AS inside_count
FROM (SELECT *, NOT is_gone AND NOT is_merged AND NOT is_unreached AS counts FROM compared) AS told
GROUP BY
    family, prediction, about, score_source, currency, made_night, due_date, came_code,
    GROUPING SETS ((), (segment_id), (decile), (segment_id, decile));

-- The spread of a difference: as seen, but never less than the forecast itself implies (a chance of p has p(1 - p), a
-- count of m about m). Parts are held against a wider interval: of ten or more looks one would else be wrong by chance.
CREATE TEMP TABLE measured AS
SELECT
    *,
    predicted_sum / NULLIF(rows_count, 0) AS predicted_mean,
    came_sum / NULLIF(rows_count, 0) AS came_mean,
    difference_sum / NULLIF(rows_count, 0) AS difference,
    CASE
        WHEN segment_id = 'all' AND decile = 0 THEN $z_all
        WHEN segment_id = 'all' OR decile = 0 THEN $z_part
        ELSE $z_cell
    END * SQRT(
        GREATEST(
            (squares_sum - difference_sum * difference_sum / NULLIF(rows_count, 0)) / NULLIF(rows_count - 1, 0),
            CASE
                WHEN came_code IN ('no_order', 'order', 'response') THEN chance_sum / NULLIF(rows_count, 0)
                WHEN came_code = 'orders' THEN predicted_sum / NULLIF(rows_count, 0)
                ELSE 0
            END,
            0
        ) / NULLIF(rows_count, 0)
    ) AS margin,
    rows_count < $rows_least OR (came_code = 'value' AND came_count < $came_least) AS are_few,
    CASE WHEN segment_id = 'all' AND decile = 0 THEN $tolerance_all ELSE $tolerance_part END AS tolerance
FROM summed;

CREATE TEMP TABLE judged AS
SELECT
    *,
    CASE
        WHEN NOT are_few THEN ABS(difference) <= tolerance * ABS(came_mean) OR ABS(difference) <= margin
    END AS is_within
FROM measured;

SELECT
    family,
    prediction,
    about,
    score_source,
    currency,
    made_night,
    due_date,
    segment_id,
    decile,
    came_code,
    rows_count,
    gone_count,
    merged_count,
    unreached_count,
    predicted_mean,
    came_mean,
    difference,
    difference - margin AS difference_low,
    difference + margin AS difference_high,
    CAST(inside_count AS DOUBLE) / NULLIF(ends_count, 0) AS inside_share,
    is_within,
    CASE
        WHEN is_within IS NULL THEN 'too few rows'
        WHEN is_within THEN 'as foretold'
        WHEN difference > 0 THEN 'too high'
        ELSE 'too low'
    END AS outcome_code,
    CASE
        WHEN MAX(CASE WHEN segment_id = 'all' AND decile = 0 AND is_within IS NULL THEN 1 ELSE 0 END) OVER of_model = 0
            THEN MAX(CASE WHEN segment_id = 'all' AND NOT is_within THEN 1 ELSE 0 END) OVER of_model = 0
    END AS is_calibrated,
    CAST($night AS DATE) AS compared_night,
    CAST($night AS DATE) AS night,
    CAST($data_as_of AS DATE) AS data_as_of,
    $is_stale AS is_stale
FROM judged
WINDOW of_model AS (PARTITION BY family, prediction, about, score_source, currency, made_night, due_date)
UNION ALL
SELECT
    before.family,
    before.prediction,
    before.about,
    before.score_source,
    before.currency,
    before.made_night,
    before.due_date,
    before.segment_id,
    before.decile,
    before.came_code,
    before.rows_count,
    before.gone_count,
    before.merged_count,
    before.unreached_count,
    before.predicted_mean,
    before.came_mean,
    before.difference,
    before.difference_low,
    before.difference_high,
    before.inside_share,
    before.is_within,
    before.outcome_code,
    before.is_calibrated,
    before.compared_night,
    CAST($night AS DATE) AS night,
    CAST($data_as_of AS DATE) AS data_as_of,
    $is_stale AS is_stale
FROM outcomes_before AS before
LEFT JOIN (SELECT DISTINCT family, prediction, made_night, due_date FROM judged) AS anew
    ON anew.family = before.family AND anew.prediction = before.prediction
    AND anew.made_night = before.made_night AND anew.due_date = before.due_date
WHERE anew.family IS NULL AND before.due_date > $forget_before
