-- The clusters of `own_clusters` with the guests hung on: each on the one cluster whose verified mailbox she typed. Guests
-- come last and part nobody, since anybody may type anything at a checkout; who fits two clusters, or was excluded from
-- one of its accounts, stays alone.
WITH hosts AS (
    SELECT
        CASE WHEN mine.is_guest THEN ties.account ELSE ties.other END AS guest,
        CASE WHEN mine.is_guest THEN ties.other ELSE ties.account END AS host,
        strength
    FROM ties
    JOIN accounts AS mine ON mine.account = ties.account
    JOIN accounts AS yours ON yours.account = ties.other
    WHERE mine.is_guest <> yours.is_guest AND strength >= 0
),

excluded AS (
    SELECT decisions.account AS guest, own.cluster
    FROM decisions JOIN own_clusters AS own ON own.account = decisions.other WHERE decision_code = 'exclude'
    UNION
    SELECT decisions.other, own.cluster
    FROM decisions JOIN own_clusters AS own ON own.account = decisions.account WHERE decision_code = 'exclude'
),

hung AS (
    SELECT guest, min(own.cluster) AS cluster, min_by(host, (strength, host)) AS towards
    FROM hosts
    JOIN own_clusters AS own ON own.account = host
    JOIN own_clusters AS hers ON hers.account = guest
    WHERE hers.towards IS NULL
    GROUP BY guest
    HAVING count(DISTINCT own.cluster) = 1
),

allowed AS (SELECT * FROM hung ANTI JOIN excluded USING (guest, cluster)),

first_guests AS (SELECT towards AS host, min(guest) AS guest FROM allowed GROUP BY towards)

SELECT
    own.account,
    CAST(coalesce(allowed.cluster, own.cluster) AS INTEGER) AS cluster,
    CAST(coalesce(allowed.towards, own.towards, first_guests.guest) AS INTEGER) AS towards
FROM own_clusters AS own
LEFT JOIN allowed ON allowed.guest = own.account
LEFT JOIN first_guests ON first_guests.host = own.account
ORDER BY own.account
