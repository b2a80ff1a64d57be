-- People who stand in one customer with somebody else: with a stranger, or with one of the house only.
WITH members AS (
    SELECT DISTINCT links.customer_id, accounts.person_id, persons.household_id
    FROM core_identities__links AS links
    JOIN true_accounts AS accounts USING (source_code, account_id_source)
    JOIN truth_persons AS persons USING (person_id)
),
crowded AS (
    SELECT customer_id, count(DISTINCT household_id) > 1 AS is_strange
    FROM members GROUP BY customer_id HAVING count(*) > 1
),
people AS (
    SELECT members.person_id, bool_or(coalesce(crowded.is_strange, FALSE)) AS is_strange,
        bool_or(crowded.customer_id IS NOT NULL) AS is_mixed
    FROM members LEFT JOIN crowded USING (customer_id)
    GROUP BY members.person_id
)

SELECT
    count(*) AS persons,
    count(*) FILTER (WHERE is_strange) AS strange,
    count(*) FILTER (WHERE is_mixed AND NOT is_strange) AS of_the_house
FROM people
