-- What the gathering of accounts leaves behind: large, and all of it is in `accounts` by now.
DROP TABLE written;
DROP TABLE names;
DROP TABLE places;
DROP TABLE regions;
