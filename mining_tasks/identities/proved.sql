-- One row per two accounts that share a mailbox of one person, which at least one silo verified, and do not contradict
-- each other: evidence that needs no estimate. `strength` 0 with both names known, 1 with a name missing.
-- A value within its limit makes at most limit * (limit - 1) / 2 pairs, so the work grows with the accounts only.
WITH usable AS (
    SELECT evidence.*, is_guest, tokens, given, nickname_lines, birth_date
    FROM telling AS evidence JOIN accounts USING (account)
    WHERE identifier_code = 'email' AND is_usable AND NOT needs_names AND accounts_count <= limit_count
)

SELECT
    mine.account AS account,
    yours.account AS other,
    CAST(len(mine.tokens) = 0 OR len(yours.tokens) = 0 AS INTEGER) AS strength,
    mine.identifier_code AS evidence_code,
    mine.value_hash AS evidence_hash
FROM usable AS mine
JOIN usable AS yours ON mine.value_hash = yours.value_hash AND mine.account < yours.account
WHERE
    (mine.is_verified OR yours.is_verified)
    -- a guest proved nothing: who did must have the mailbox, and her name must be known
    AND NOT (mine.is_guest AND NOT yours.is_verified) AND NOT (yours.is_guest AND NOT mine.is_verified)
    AND NOT ((mine.is_guest OR yours.is_guest) AND (len(mine.tokens) = 0 OR len(yours.tokens) = 0))
    AND NOT contradict(mine, yours)
