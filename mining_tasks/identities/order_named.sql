-- Which accounts of one table name which orders.
SELECT {source} || {account_id} AS account_id, {order_id} AS order_id, {has_placed} AS has_placed
FROM {table}
WHERE {account_id} IS NOT NULL AND {order_id} IS NOT NULL
