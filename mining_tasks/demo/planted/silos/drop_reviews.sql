-- Rows of CSV without their fields' ends: who quotes what is RFC 4180, and a missing text is nothing, not "".
SELECT
    business_day(reviewed_at) AS night, CAST(review_id AS VARCHAR) AS id,
    concat_ws(
        ',', review_id, requester_id, COALESCE(CAST(product_id AS VARCHAR), ''), stars_count,
        COALESCE('"' || replace(body, '"', '""') || '"', ''), utc_text(reviewed_at), utc_text(reviewed_at), language
    ) AS line
FROM reviews
WHERE reviewed_at < getvariable('end_at')
ORDER BY night, reviewed_at, review_id
