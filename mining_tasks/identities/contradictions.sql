-- Any two accounts that must stay apart: `apart` holds those that cannot be one person, `asked` by which facts, and
-- people excluded others. `margin`: by how many bits the tie of a third account to one of them must outweigh its tie to
-- the other to be believed; where a person excluded, any will do.
-- Where a person confirmed that x and y are one in spite of their names, who is tied to x is not refused for the name
-- of y; another birth date still counts, and a tie to somebody without a name vouches for no name.
WITH confirmed AS (
    SELECT account, other FROM decisions WHERE decision_code = 'confirm'
    UNION ALL
    SELECT other, account FROM decisions WHERE decision_code = 'confirm'
),

vouched AS (
    SELECT DISTINCT least(tied.account, confirmed.other) AS account, greatest(tied.account, confirmed.other) AS other
    FROM (SELECT account, other FROM ties UNION ALL SELECT other, account FROM ties) AS tied
    JOIN confirmed ON tied.other = confirmed.account
    JOIN compared ON compared.account = confirmed.account
    WHERE len(compared.tokens) > 0
)

SELECT account, other, min(margin) AS margin
FROM (
    SELECT apart.account, apart.other, CAST($margin AS DOUBLE) AS margin
    FROM apart
    JOIN asked USING (account, other)
    WHERE asked.birth = 0 OR NOT EXISTS (
        SELECT 1 FROM vouched WHERE vouched.account = apart.account AND vouched.other = apart.other
    )
    UNION ALL
    SELECT account, other, CAST($any AS DOUBLE) FROM decisions WHERE decision_code = 'exclude'
)
GROUP BY account, other
ORDER BY account, other
