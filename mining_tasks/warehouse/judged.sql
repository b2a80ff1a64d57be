-- `said`: the text of each promised column, NULL where it means missing. `_landed` is the row as it landed.
CREATE VIEW said AS
SELECT _landed_row AS _landed, {said}
FROM landed AS _landed_row;

-- `typed`: the value of each promised column, NULL where the text in `_said` is missing or refused. Business days are
-- taken from the instant that was converted already: a time zone costs more than all the rest of a column.
CREATE VIEW typed AS
SELECT *{derived}
FROM (SELECT _said_row AS _said, {typed} FROM said AS _said_row) AS converted;

-- Computed once, and only then filtered: a filter over `typed` would convert every text again for each condition.
CREATE TEMP TABLE judged AS
SELECT {columns}, ({is_bad}) AS _is_bad
FROM typed;

CREATE VIEW good AS
SELECT {columns}
FROM judged
WHERE NOT _is_bad;

-- `bad`: the row as received, everything that is wrong with it, and the first of it.
CREATE VIEW bad AS
SELECT
    _said._landed._position AS position,
    CAST(json_merge_patch(to_json(_said._landed), '{{"_position": null}}') AS VARCHAR) AS row,
    concat_ws('; ', {reasons}) AS reason,
    coalesce({reasons}) AS code
FROM typed
WHERE {is_bad};

-- Rows that are kept, though without the currency they name.
CREATE VIEW unknown_currencies AS
SELECT _position
FROM landed AS _landed_row
WHERE {is_unknown};
