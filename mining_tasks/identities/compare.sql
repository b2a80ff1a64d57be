-- When two accounts cannot be one person. Macros of DuckDB: each needs an account's `tokens` (every word of the name),
-- `given` (the words of the given name alone), `nickname_lines` (of its first word) and `birth_date`; missing facts
-- contradict nothing.

-- One word as another typing of the same: an initial, or a small slip. Measured on febrl 2 and 3 by Jaro-Winkler alone:
-- at 0.88, 77.1 % of 8,472 true pairs agree and 0.58 % of 7,375 pairs of namesakes by surname; at 0.80, 78.9 % and
-- 0.99 %; at 0.92, 71.9 % and 0.53 %.
CREATE OR REPLACE MACRO alike(one, other) AS
    jaro_winkler_similarity(one, other) >= 0.88
    OR (length(one) >= 5 AND length(other) >= 5 AND damerau_levenshtein(one, other) <= 1)
    OR (length(one) = 1 AND starts_with(other, one))
    OR (length(other) = 1 AND starts_with(one, other));

CREATE OR REPLACE MACRO found_in(few, many) AS len(list_filter(
    few, lambda word: len(list_filter(many, lambda partner: alike(word, partner))) = 0
)) = 0;

CREATE OR REPLACE MACRO left_over(mine, yours) AS
    list_filter(mine, lambda word: NOT list_contains(yours, word));

-- Words that both have fall away; of the rest, the shorter list must be found in the longer one, or both spell the
-- same when written together (van der Berg, Vanderberg). Most pairs are written alike and need no look at each word:
-- CASE alone leaves the rest undone for them.
CREATE OR REPLACE MACRO agree(mine, yours) AS CASE
    WHEN mine = yours THEN TRUE
    ELSE
        array_to_string(left_over(mine, yours), '') = array_to_string(left_over(yours, mine), '')
        OR (
            (len(left_over(mine, yours)) > len(left_over(yours, mine))
                OR found_in(left_over(mine, yours), left_over(yours, mine)))
            AND (len(left_over(yours, mine)) > len(left_over(mine, yours))
                OR found_in(left_over(yours, mine), left_over(mine, yours)))
        )
END;

CREATE OR REPLACE MACRO without_first(mine) AS list_filter(mine.tokens, lambda word: word <> mine.given[1]);

CREATE OR REPLACE MACRO given_agree(mine, yours) AS
    agree(mine.given, yours.given) OR coalesce(list_has_any(mine.nickname_lines, yours.nickname_lines), FALSE);

-- A nickname is no other name. Another surname is forgiven where given name and birth date are known and agree: people marry.
-- A guest never tells a birth date, and joins only who verified her mailbox: there a given name in full will do.
CREATE OR REPLACE MACRO names_contradict(mine, yours) AS CASE
    WHEN len(mine.tokens) = 0 OR len(yours.tokens) = 0 THEN FALSE
    WHEN agree(mine.tokens, yours.tokens) THEN FALSE
    WHEN list_has_any(mine.nickname_lines, yours.nickname_lines) AND agree(without_first(mine), without_first(yours))
        THEN FALSE
    WHEN mine.birth_date = yours.birth_date AND len(mine.given) > 0 AND len(yours.given) > 0
        THEN NOT given_agree(mine, yours)
    WHEN (mine.is_guest OR yours.is_guest) AND least(length(mine.given[1]), length(yours.given[1])) > 1
        THEN NOT given_agree(mine, yours)
    ELSE TRUE
END;

-- Two different dates contradict, unless one slip of a digit or a swap of day and month explains them.
CREATE OR REPLACE MACRO births_contradict(mine, yours) AS CASE
    WHEN mine = yours THEN FALSE
    ELSE coalesce(
        damerau_levenshtein(strftime(mine, '%Y%m%d'), strftime(yours, '%Y%m%d')) > 1
        AND strftime(mine, '%Y%m%d') <> strftime(yours, '%Y%d%m'),
        FALSE
    )
END;

CREATE OR REPLACE MACRO contradict(mine, yours) AS
    names_contradict(mine, yours) OR births_contradict(mine.birth_date, yours.birth_date);
