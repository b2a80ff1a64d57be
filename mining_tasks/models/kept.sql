-- One prediction of one published table, as it is kept: a fair sample of customers (their ids are keyed hashes, so
-- those below a bound are one), with the decile among all customers, and the segment of the same night.
-- Rows that fall due within the same 30 days are compared together, once the last of them is due.
CREATE TEMP TABLE {foretold} AS
WITH ranked AS (
    SELECT
        customer_id,
        {about} AS about,
        {due} AS due_date,
        score_source,
        CAST({column} AS DOUBLE) AS predicted,
        CAST({low} AS DOUBLE) AS predicted_low,
        CAST({high} AS DOUBLE) AS predicted_high,
        {currency} AS currency,
        {value_basis} AS value_basis_code,
        RANK() OVER (PARTITION BY {about}, {currency} ORDER BY {column} DESC) AS place,
        COUNT(*) OVER (PARTITION BY {about}, {currency}) AS places,
        MAX({due}) OVER (
            PARTITION BY FLOOR(CAST(DATE_DIFF('day', CAST($night AS DATE), {due}) - 1 AS DOUBLE) / 30)
        ) AS matures_date
    FROM {table}
    WHERE {column} IS NOT NULL AND {due} > CAST($night AS DATE)
)

SELECT
    {family} AS family,
    {prediction} AS prediction,
    ranked.about,
    ranked.customer_id,
    {came_code} AS came_code,
    CAST($night AS DATE) AS made_night,
    ranked.due_date,
    ranked.matures_date,
    ranked.score_source,
    ranked.predicted,
    ranked.predicted_low,
    ranked.predicted_high,
    1 + CAST(FLOOR(CAST(10 * (ranked.place - 1) AS DOUBLE) / ranked.places) AS BIGINT) AS decile,
    ranked.currency,
    ranked.value_basis_code,
    COALESCE(segments.segment_id, 'none') AS segment_id,
    {is_promotion} AS is_promotion
FROM ranked
LEFT JOIN segments ON segments.customer_id = ranked.customer_id
WHERE ranked.customer_id < {below}
