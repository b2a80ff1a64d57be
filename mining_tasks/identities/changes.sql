-- Tonight's rows of the journal: every account whose customer is another than on the night before, why, and the
-- evidence. `new`: the account was not there; `gone`: it is there no more; `decided`: a person's exclusion or
-- confirmation; `merged`: its customer lives on in another; `split`: the smaller part became a new customer; `moved`:
-- from a customer to another who was there already.
-- Evidence is what ties it to its new customer; of a split, what tied it to the old one until the night before.
WITH nights AS MATERIALIZED (
    SELECT
        account_id,
        before.customer_id AS from_customer_id, now.customer_id AS to_customer_id,
        before.linked_to_account_id AS linked_before, before.evidence_code AS evidence_before,
        now.linked_to_account_id AS linked_now, now.evidence_code AS evidence_now
    FROM links_now AS now FULL JOIN links_around AS before USING (account_id)
),

changed AS MATERIALIZED (
    SELECT * FROM nights
    WHERE from_customer_id IS DISTINCT FROM to_customer_id AND EXISTS (SELECT 1 FROM links_before)
),

-- whoever can bear witness: all who left, or came to, the customers that changed
around AS MATERIALIZED (
    SELECT * FROM nights
    WHERE
        from_customer_id IN (SELECT from_customer_id FROM changed)
        OR to_customer_id IN (SELECT to_customer_id FROM changed)
),

-- a tie between accounts of which one changed and the other did not come the same way
lost AS (
    SELECT mine.account_id, yours.account_id AS other_account_id, mine.evidence_before AS evidence_code
    FROM around AS mine JOIN around AS yours ON mine.linked_before = yours.account_id
    WHERE mine.from_customer_id = yours.from_customer_id AND mine.to_customer_id IS DISTINCT FROM yours.to_customer_id
),

gained AS (
    SELECT mine.account_id, yours.account_id AS other_account_id, mine.evidence_now AS evidence_code
    FROM around AS mine JOIN around AS yours ON mine.linked_now = yours.account_id
    WHERE mine.to_customer_id = yours.to_customer_id AND mine.from_customer_id IS DISTINCT FROM yours.from_customer_id
),

both_ways AS (
    SELECT account_id, other_account_id, evidence_code, TRUE AS is_gained FROM gained
    UNION ALL
    SELECT other_account_id, account_id, evidence_code, TRUE FROM gained
    UNION ALL
    SELECT account_id, other_account_id, evidence_code, FALSE FROM lost
    UNION ALL
    SELECT other_account_id, account_id, evidence_code, FALSE FROM lost
),

-- of all accounts that went the same way one crossing stands for all; an account's own comes first
crossings AS (
    SELECT from_customer_id, to_customer_id, both_ways.*
    FROM both_ways JOIN changed USING (account_id)
),

decided AS (
    SELECT
        one.account_id, other.account_id AS other_account_id,
        one.from_customer_id AS one_from, other.from_customer_id AS other_from,
        one.to_customer_id AS one_to, other.to_customer_id AS other_to
    FROM decisions
    JOIN accounts AS mine ON mine.account = decisions.account
    JOIN accounts AS yours ON yours.account = decisions.other
    JOIN around AS one ON one.account_id = mine.account_id
    JOIN around AS other ON other.account_id = yours.account_id
    WHERE
        (decision_code = 'exclude' AND one_from = other_from AND one_to <> other_to)
        OR (decision_code = 'confirm' AND one_from <> other_from AND one_to = other_to)
),

ways AS (SELECT DISTINCT from_customer_id, to_customer_id FROM changed),

by_decision AS (
    SELECT ways.from_customer_id, ways.to_customer_id, decided.account_id, decided.other_account_id
    FROM ways JOIN decided
        ON ways.from_customer_id IN (decided.one_from, decided.other_from)
        AND ways.to_customer_id IN (decided.one_to, decided.other_to)
    QUALIFY row_number() OVER (
        PARTITION BY ways.from_customer_id, ways.to_customer_id ORDER BY decided.account_id, decided.other_account_id
    ) = 1
),

known AS (
    SELECT
        changed.*,
        by_decision.account_id AS decided_account_id,
        by_decision.other_account_id AS decided_other_account_id,
        CASE
            WHEN changed.from_customer_id IS NULL THEN 'new'
            WHEN changed.to_customer_id IS NULL THEN 'gone'
            WHEN by_decision.account_id IS NOT NULL THEN 'decided'
            WHEN earlier.customer_id IS NULL THEN 'split'
            WHEN claims.cluster = settled.cluster THEN 'merged'
            ELSE 'moved'
        END AS change_code
    FROM changed
    LEFT JOIN by_decision USING (from_customer_id, to_customer_id)
    LEFT JOIN customers_around AS earlier ON earlier.customer_id = changed.to_customer_id
    LEFT JOIN claims ON claims.customer_id = changed.from_customer_id
    LEFT JOIN settled ON settled.customer_id = changed.to_customer_id
)

SELECT
    CAST($night AS DATE) AS changed_date,
    known.account_id,
    known.from_customer_id,
    known.to_customer_id,
    known.change_code,
    CASE
        WHEN change_code = 'decided' THEN 'decision'
        WHEN change_code = 'new' THEN evidence_now
        ELSE crossings.evidence_code
    END AS evidence_code,
    CASE
        WHEN change_code = 'decided' THEN decided_account_id
        WHEN change_code = 'new' AND linked_now IS NOT NULL THEN known.account_id
        ELSE crossings.account_id
    END AS evidence_account_id,
    CASE
        WHEN change_code = 'decided' THEN decided_other_account_id
        WHEN change_code = 'new' THEN linked_now
        ELSE crossings.other_account_id
    END AS evidence_other_account_id
FROM known
LEFT JOIN crossings
    ON crossings.from_customer_id = known.from_customer_id
    AND crossings.to_customer_id = known.to_customer_id
    AND crossings.is_gained = (known.change_code <> 'split')
QUALIFY row_number() OVER (
    PARTITION BY known.account_id
    ORDER BY crossings.account_id <> known.account_id, crossings.account_id, crossings.other_account_id
) = 1
