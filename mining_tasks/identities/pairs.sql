-- One row per two accounts that share evidence and do not contradict each other, with their best evidence:
-- `strength` 0 an e-mail with both names known, 1 an e-mail with a name missing, 2 a phone.
-- A value within its limit makes at most limit * (limit - 1) / 2 pairs, so the work grows with the accounts only.
WITH usable AS (
    SELECT evidence.*, len(accounts.tokens) = 0 AS is_nameless
    FROM evidence JOIN accounts USING (account)
    WHERE is_usable AND accounts_count <= limit_count
),

shared AS (
    SELECT
        mine.account AS account,
        yours.account AS other,
        CASE
            WHEN mine.identifier_code = 'phone' THEN 2
            WHEN mine.is_nameless OR yours.is_nameless THEN 1
            ELSE 0
        END AS strength,
        mine.identifier_code AS evidence_code,
        mine.value_hash AS evidence_hash
    FROM usable AS mine
    JOIN usable AS yours
        ON mine.identifier_code = yours.identifier_code
        AND mine.value_hash = yours.value_hash
        AND mine.account < yours.account
    WHERE
        (mine.is_verified OR yours.is_verified)
        AND NOT (mine.needs_names AND (mine.is_nameless OR yours.is_nameless))
    QUALIFY row_number() OVER (PARTITION BY mine.account, yours.account ORDER BY strength, mine.value_hash) = 1
),

-- Names are compared once a pair, however much it shares, and rows carry no more than that needs: it costs the most.
faces AS (
    SELECT account, tokens, given, birth_date FROM accounts
)

SELECT shared.*
FROM shared
JOIN faces AS mine ON mine.account = shared.account
JOIN faces AS yours ON yours.account = shared.other
WHERE NOT contradict(mine, yours)
ORDER BY strength, account, other
