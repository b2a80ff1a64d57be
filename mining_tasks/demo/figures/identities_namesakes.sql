-- Pairs of accounts of two people whom a house has on purpose: twins, or father and son of one name; and how many of
-- these pairs stand in one customer; `squares`: the sum of the squared number of pairs of each house. Of n accounts in
-- all, the pairs of two people are all pairs less each person's own.
WITH bearers AS (
    SELECT persons.household_id, persons.trap_code, accounts.person_id, links.customer_id
    FROM core_identities__links AS links
    JOIN true_accounts AS accounts USING (source_code, account_id_source)
    JOIN truth_persons AS persons USING (person_id)
    WHERE persons.trap_code IN ('twin', 'father_son')
),
persons AS (SELECT household_id, trap_code, person_id, count(*) AS n FROM bearers GROUP BY ALL),
houses AS (SELECT trap_code, sum(n) AS n, sum(n * n) AS own FROM persons GROUP BY household_id, trap_code),
cells AS (
    SELECT household_id, trap_code, customer_id, person_id, count(*) AS n FROM bearers GROUP BY ALL
),
joined AS (SELECT trap_code, sum(n) AS n, sum(n * n) AS own FROM cells GROUP BY household_id, trap_code, customer_id)

SELECT
    trap_code,
    (SELECT CAST(sum(n * n - own) / 2 AS BIGINT) FROM houses WHERE houses.trap_code = traps.trap_code) AS pairs,
    (SELECT CAST(sum(n * n - own) / 2 AS BIGINT) FROM joined WHERE joined.trap_code = traps.trap_code) AS joined,
    (SELECT sum(((n * n - own) / 2) ^ 2) FROM houses WHERE houses.trap_code = traps.trap_code) AS squares
FROM (SELECT DISTINCT trap_code FROM persons) AS traps
ORDER BY trap_code
