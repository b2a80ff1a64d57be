-- One row per cluster: its customer. In a merge the oldest customer stays, among equals the one with most accounts,
-- then the smaller id. A cluster that nobody claims is a new customer: her id is the HMAC-SHA-256 of the night and the
-- cluster's first account under the shop's key (`$inner` and `$outer`: its padded keys, RFC 2104), so that the same
-- night gives the same id again and an id once given up never names anybody else.
WITH kept AS (
    SELECT cluster, customer_id, known_since_date
    FROM claims
    QUALIFY row_number() OVER (PARTITION BY cluster ORDER BY known_since_date, accounts_count DESC, customer_id) = 1
),

firsts AS (
    SELECT clusters.cluster, accounts.account_id
    FROM clusters JOIN accounts USING (account)
    WHERE clusters.cluster = clusters.account
)

SELECT
    firsts.cluster,
    coalesce(kept.customer_id, 'c_' || left(sha256($outer || unhex(sha256(
        $inner || encode('customer:' || CAST(CAST($night AS DATE) AS VARCHAR) || ':' || firsts.account_id)
    ))), 16)) AS customer_id,
    coalesce(kept.known_since_date, CAST($night AS DATE)) AS known_since_date
FROM firsts LEFT JOIN kept USING (cluster)
