"""What past campaigns truly changed, per contact: orders added, orders prevented, and what is left."""

from pathlib import Path

import duckdb
import pyarrow as pa

from mining_tasks.demo.planted.buying import clock_table
from mining_tasks.demo.planted.world import World


def effects(connection: duckdb.DuckDBPyConnection, world: World) -> pa.Table:
    """One row per campaign and type of person, and per campaign over all types ("*"); see `effects.sql`.

    Of relations `buying`, `contacts` and `orders` that the connection knows.
    """
    connection.register("clock", clock_table(world))
    sql = Path(__file__).with_name("effects.sql").read_text(encoding="utf-8")
    return connection.sql(sql, params={"window_days": world.settings["campaigns"]["window_days"]}).to_arrow_table()
