-- Every version of the keys that have news: the news, and what the state before said about them.
CREATE TEMP TABLE contested AS
SELECT {columns} FROM news
UNION ALL
SELECT {columns} FROM before SEMI JOIN news USING ({keys});
