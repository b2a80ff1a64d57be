-- Of every account all that its pairs hang on, as a number: what is compared, with how common it is; the mailbox that it
-- shares with others, and whether too many do; and, as bits, the rules whose blocks are too large for it to meet others
-- in. Only compared with another night's: a number that changes with the engine's version costs one night in which all is
-- scored anew.
WITH shared AS (
    SELECT account, bit_xor(hash(value_hash, accounts_count <= limit_count, is_usable, is_verified, needs_names)) AS shares
    FROM evidence
    WHERE identifier_code = 'email'
    GROUP BY account
),

facts AS (
    SELECT account, hash(*COLUMNS(compared.* EXCLUDE (account, tokens, given))) AS compared, tokens, given FROM compared
)

SELECT account, hash(facts.compared, tokens, given, shares, closed) AS fingerprint
FROM facts LEFT JOIN closed_to USING (account) LEFT JOIN shared USING (account)
