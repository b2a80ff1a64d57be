-- Rows of quarantine as they landed: text columns, and the row's number in the file as its position.
CREATE VIEW landed AS
SELECT {columns}, id AS _position
FROM quarantine
WHERE is_row;
