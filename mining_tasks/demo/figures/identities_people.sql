-- People who stand in one customer with somebody else; of those whose name another of the house bears, how many.
WITH members AS (
    SELECT DISTINCT links.customer_id, accounts.person_id
    FROM core_identities__links AS links
    JOIN true_accounts AS accounts USING (source_code, account_id_source)
),
crowded AS (SELECT customer_id FROM members GROUP BY customer_id HAVING count(*) > 1),
people AS (
    SELECT members.person_id, bool_or(crowded.customer_id IS NOT NULL) AS is_mixed
    FROM members LEFT JOIN crowded USING (customer_id)
    GROUP BY members.person_id
)

SELECT
    count(*) AS persons,
    count(*) FILTER (WHERE is_mixed) AS mixed,
    count(*) FILTER (WHERE trap_code <> '') AS namesakes,
    count(*) FILTER (WHERE trap_code <> '' AND is_mixed) AS namesakes_mixed
FROM people JOIN truth_persons USING (person_id)
