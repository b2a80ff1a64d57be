-- The candidates of one step.
SELECT * FROM candidates WHERE account BETWEEN $first AND $last
