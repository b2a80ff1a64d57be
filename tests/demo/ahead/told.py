"""A shop whose accounts are joined without a fault, and the tables of rooms as a test tells them."""

import pandas as pd
import pyarrow as pa

from mining_tasks.demo.figure import FAIL, Figure
from mining_tasks.demo.planted.world import World
from mining_tasks.demo.sight import Sight

WORLD = World(customers=3_000, days=403, seed=7)
NIGHT = WORLD.last_day
KNOWN = {
    "core_identities__links": (
        "SELECT source_code || ':' || account_id_source AS account_id, source_code, account_id_source, "
        "'c_' || person_id AS customer_id FROM true_accounts UNION ALL "
        "SELECT DISTINCT 'shop:guest:' || guest_account_id, 'shop', 'guest:' || guest_account_id, 'c_' || person_id "
        "FROM truth_orders CROSS JOIN moment WHERE guest_account_id IS NOT NULL AND truth_orders.day <= moment.day"
    ),
    "core_identities__guest_orders": (
        "SELECT CAST(order_id AS VARCHAR) AS order_id_shop, 'shop:guest:' || guest_account_id AS account_id "
        "FROM truth_orders CROSS JOIN moment WHERE guest_account_id IS NOT NULL AND truth_orders.day <= moment.day"
    ),
    "true_guests": (
        "SELECT source_code, account_id_source, CAST(substr(customer_id, 3) AS BIGINT) AS person_id "
        "FROM core_identities__links WHERE account_id LIKE 'shop:guest:%'"
    ),
    "core_customers__features": (
        "SELECT customer_id, count(orders.order_id) AS orders_count FROM (SELECT DISTINCT customer_id "
        "FROM core_identities__links) AS links LEFT JOIN (SELECT order_id, person_id FROM truth_orders "
        "CROSS JOIN moment WHERE truth_orders.day <= moment.day) AS orders ON 'c_' || person_id = customer_id "
        "GROUP BY customer_id"
    ),
}


def show(seen: Sight, name: str, rows: pd.DataFrame) -> None:
    seen.connection.register(name, pa.Table.from_pandas(rows, preserve_index=False))


def measured(room: object, seen: Sight) -> dict[str, Figure]:
    return {figure.name: figure for figure in room.measure(seen)}


def failing(room: object, seen: Sight) -> set[str]:
    return {name for name, figure in measured(room, seen).items() if figure.verdict == FAIL}


def table(seen: Sight, sql: str) -> pd.DataFrame:
    return seen.connection.sql(sql).to_arrow_table().to_pandas()
