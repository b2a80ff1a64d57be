DELETE FROM pairs
WHERE account NOT IN (SELECT account FROM touched) AND other NOT IN (SELECT account FROM touched)
