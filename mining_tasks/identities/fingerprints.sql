-- Of every account all that its pairs hang on, as a number: what is compared, with how common it is; the values that
-- it shares with others, and whether too many do; and the blocks in which it is met. Only compared with another
-- night's: a number that changes with the engine's version costs one night in which all is scored anew.
WITH shared AS (
    SELECT
        account,
        bit_xor(hash(identifier_code, value_hash, accounts_count <= limit_count, is_usable, is_verified, needs_names))
            AS shares
    FROM evidence GROUP BY account
),

met AS (SELECT account, bit_or(CAST(1 AS BIGINT) << rule) AS rules FROM blocks GROUP BY account),

facts AS (SELECT account, hash(*COLUMNS(compared.* EXCLUDE (account))) AS compared FROM compared)

SELECT account, hash(facts.compared, accounts.tokens, accounts.given, shares, rules) AS fingerprint
FROM accounts JOIN facts USING (account) LEFT JOIN shared USING (account) LEFT JOIN met USING (account)
