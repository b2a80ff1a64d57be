-- One row per two accounts that share a value which needs no estimate and do not contradict each other, by their best
-- evidence: `strength` 0 an e-mail with both names known, 1 an e-mail with a name missing, 2 a phone.
-- A value within its limit makes at most limit * (limit - 1) / 2 pairs, so the work grows with the accounts only.
WITH usable AS (
    SELECT evidence.*, accounts.tokens, accounts.given, accounts.birth_date
    FROM telling AS evidence JOIN accounts USING (account)
    WHERE is_usable AND accounts_count <= limit_count
)

SELECT
    mine.account AS account,
    yours.account AS other,
    CASE
        WHEN mine.identifier_code = 'phone' THEN 2
        WHEN len(mine.tokens) = 0 OR len(yours.tokens) = 0 THEN 1
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
    AND NOT (mine.needs_names AND (len(mine.tokens) = 0 OR len(yours.tokens) = 0))
    -- a guest proved nothing: who did must have the mailbox, and her name must be known
    AND NOT (mine.is_guest AND NOT yours.is_verified) AND NOT (yours.is_guest AND NOT mine.is_verified)
    AND NOT ((mine.is_guest OR yours.is_guest) AND (len(mine.tokens) = 0 OR len(yours.tokens) = 0))
    AND NOT contradict(mine, yours)
QUALIFY row_number() OVER (PARTITION BY mine.account, yours.account ORDER BY strength, mine.value_hash) = 1
