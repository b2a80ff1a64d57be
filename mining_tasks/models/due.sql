-- The predictions that are compared tonight: due, by fresh facts, and never compared before; or compared, and now so
-- long ago that late orders and refunds are in: once more. A source that failed tonight has no `…_as_of`: nothing of its
-- kind is due; nor is a margin while the shop tells no costs. A response may come 6 days later than said: its campaign may reach people within 7 days of the night.
CREATE TEMP TABLE due AS
SELECT foretold.*
FROM foretold
LEFT JOIN (SELECT DISTINCT family, prediction, made_night, due_date, compared_night FROM outcomes_before) AS told
    ON told.family = foretold.family AND told.prediction = foretold.prediction
    AND told.made_night = foretold.made_night AND told.due_date = foretold.matures_date
WHERE
    CASE
        WHEN foretold.came_code = 'response' THEN DATE_DIFF('day', foretold.matures_date, $crm_as_of) >= 6
        ELSE foretold.matures_date <= $shop_as_of
    END
    AND (foretold.value_basis_code IS NULL OR foretold.value_basis_code = 'sales' OR $basis = 'margin')
    AND (
        told.family IS NULL
        OR (
            DATE_DIFF('day', told.due_date, told.compared_night) < $read_again_nights
            AND DATE_DIFF('day', told.due_date, CAST($night AS DATE)) >= $read_again_nights
        )
    );

-- Who she is tonight: herself, or the customer in whom she lives on; missing if no account of hers is left.
CREATE TEMP TABLE followed AS
SELECT
    due.*,
    CASE WHEN mine.customer_id IS NULL THEN successors.customer_id ELSE due.customer_id END AS now_id
FROM due
LEFT JOIN core_identities__customers AS mine ON mine.customer_id = due.customer_id
LEFT JOIN core_identities__successors AS successors ON successors.former_customer_id = due.customer_id;

-- Of several predictions that now speak of one person the one for the id that lives on counts, else that of the first.
CREATE TEMP TABLE persons AS
SELECT
    followed.*,
    moved.now_id IS NOT NULL
    AND ROW_NUMBER() OVER (
        PARTITION BY
            followed.family, followed.prediction, followed.about, followed.made_night, followed.now_id
        ORDER BY CASE WHEN followed.customer_id = followed.now_id THEN 0 ELSE 1 END, followed.customer_id
    ) > 1 AS is_merged
FROM followed
LEFT JOIN (SELECT DISTINCT now_id FROM followed WHERE customer_id <> now_id) AS moved ON moved.now_id = followed.now_id;
