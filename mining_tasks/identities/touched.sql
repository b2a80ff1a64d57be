-- Accounts that are new or of which anything is known that was not known, or counted, on the night before.
SELECT account FROM changed WHERE account IS NOT NULL
