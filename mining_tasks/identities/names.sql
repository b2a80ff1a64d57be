-- One row per distinct way in which names are written: its words, how they sound, and the lines of nicknames.txt they
-- stand on.
WITH distinct_names AS (
    SELECT given_name AS name FROM written WHERE given_name IS NOT NULL
    UNION
    SELECT surname FROM written WHERE surname IS NOT NULL
),

worded AS (SELECT name, words_of(name) AS words FROM distinct_names),

lines AS (SELECT word, list(line ORDER BY line) AS lines FROM nicknames GROUP BY word)

SELECT
    worded.name,
    worded.words,
    nullif(array_to_string(worded.words, ''), '') AS joined,
    phonetic(worded.words[1]) AS sound,
    phonetic(array_to_string(worded.words, '')) AS whole_sound,
    lines.lines
FROM worded LEFT JOIN lines ON lines.word = worded.words[1]
