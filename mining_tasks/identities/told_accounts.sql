-- What only the evidence asked of accounts goes; dropping a column copies nothing.
ALTER TABLE accounts DROP COLUMN email;
ALTER TABLE accounts DROP COLUMN is_email_verified;
ALTER TABLE accounts DROP COLUMN phone_digits;
