-- How contact data are written for comparison. Macros of DuckDB; nothing here knows a source or a country's law.

-- Letters: one case, no accents, no invisible signs, full-width letters as plain ones. Look-alikes of other scripts
-- stay what they are.
CREATE OR REPLACE MACRO folded(written) AS CASE
    WHEN strlen(written) = length(written) THEN lower(written)  -- ASCII alone: the rest has nothing to do
    ELSE replace(replace(replace(
        strip_accents(lower(nfc_normalize(translate(
            regexp_replace(written, '[\p{Cf}]', '', 'g'),
            'ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ０１２３４５６７８９　',
            'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 '
        )))),
        'ß', 'ss'), 'ς', 'σ'), 'ı', 'i')
END;

-- The words of a name: case, accents, apostrophes, titles and order of words do not count.
CREATE OR REPLACE MACRO words_of(written) AS list_filter(
    string_split_regex(regexp_replace(folded(written), '[''’`´]', '', 'g'), '[^\p{L}\p{M}]+'),
    lambda word: word <> '' AND word NOT IN (
        'mr', 'mrs', 'ms', 'miss', 'mx', 'dr', 'prof', 'herr', 'frau', 'mme', 'mlle', 'sr', 'sra', 'dona'
    )
);

-- The two words of a mailbox that is made of two and maybe a number, petra.bayer82; and the one that stands beside a word.
CREATE OR REPLACE MACRO mailbox_words(email) AS
    string_split_regex(regexp_extract(email, '^([a-z]+[._-][a-z]+)[0-9]*@', 1), '[._-]');

CREATE OR REPLACE MACRO word_beside(word, words) AS
    CASE word WHEN words[1] THEN words[2] WHEN words[2] THEN words[1] END;

CREATE OR REPLACE MACRO letters_of(written) AS array_to_string(words_of(written), '');

-- A name of which only the initial, or nothing, was told.
CREATE OR REPLACE MACRO spelt_out(told, name) AS
    CASE WHEN length(name) >= 2 AND coalesce(length(letters_of(told)), 0) <= 1 AND starts_with(name, coalesce(letters_of(told), ''))
        THEN name END;

-- A place: letters and digits alone, the commonest words of streets as everybody shortens them.
CREATE OR REPLACE MACRO place_of(written) AS nullif(regexp_replace(
    regexp_replace(folded(written), '(stra(ss|sz)e|str\.?|street|st\.?)(\s|$)', 'str ', 'g'), '[^\p{L}\p{N}]+', '', 'g'), '');

CREATE OR REPLACE MACRO signs_of(written) AS nullif(regexp_replace(folded(written), '[^\p{L}\p{N}]+', '', 'g'), '');

-- How a name sounds, roughly, in European languages: the first letter and the consonants after it.
CREATE OR REPLACE MACRO sound_of(word) AS left(word, 0) || (
    regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
        replace(replace(replace(replace(word, 'ph', 'f'), 'sch', 's'), 'ck', 'k'), 'dt', 't'),
        '[cqgx]', 'k', 'g'), '[zß]', 's', 'g'), '[vw]', 'f', 'g'), 'd', 't', 'g'), 'b', 'p', 'g'), '(.)[aeiouyhj]+', '\1', 'g')
);

-- Same-letter runs are one letter: RE2 knows no backreference, so the doubles of what is left are named.
CREATE OR REPLACE MACRO phonetic(word) AS regexp_replace(
    replace(replace(replace(replace(replace(replace(replace(replace(replace(sound_of(word),
    'ss', 's'), 'tt', 't'), 'nn', 'n'), 'mm', 'm'), 'll', 'l'), 'rr', 'r'), 'ff', 'f'), 'pp', 'p'), 'kk', 'k'),
    '^[aeiouyhj]+', 'a');

-- One of two names that somebody bears: Garcia of Garcia Lopez, Huber of Huber-Gruber.
CREATE OR REPLACE MACRO part_of(part, whole) AS
    length(part) >= 4 AND length(whole) - length(part) >= 3 AND (starts_with(whole, part) OR ends_with(whole, part));
