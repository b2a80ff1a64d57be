-- A first night has nothing to contest: its accepted rows have one row per key, and all of them are the state.
CREATE VIEW contested AS SELECT {columns} FROM news;
CREATE VIEW winners AS SELECT {columns} FROM news;
CREATE TEMP TABLE winners_repeated AS SELECT {keys} FROM news LIMIT 0;
