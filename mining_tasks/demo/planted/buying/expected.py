"""What is true of every customer at the end of a night: active or gone, and what she brings in the year to come."""

from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from mining_tasks.demo.planted.buying.clock import speeds
from mining_tasks.demo.planted.buying.habits import types
from mining_tasks.demo.planted.world import HORIZON_DAYS, World


def expected_at(world: World, truth: Path, night: date, days: int = HORIZON_DAYS) -> pa.Table:
    """One row per person with an order by the end of that night, by `person_id`; see `active.sql`.

    `truth` is the folder with `buying.parquet`, `contacts.parquet` and `orders.parquet`, the last with `margin_minor`
    in the order's currency and with the orders of the future. `expected_…` is of her own orders and those that the
    contacts add which she will really get. ValueError for a night whose next year the truth does not hold.
    """
    with duckdb.connect(config={"memory_limit": "2GB", "threads": 2}) as connection:
        for name in ("buying", "contacts", "orders"):
            connection.register(name, connection.read_parquet(str(truth / f"{name}.parquet")))
        return expected(connection, world, night, days)


def expected(connection: duckdb.DuckDBPyConnection, world: World, night: date, days: int = HORIZON_DAYS) -> pa.Table:
    """The same of relations `buying`, `contacts` and `orders` that the connection knows."""
    day = world.day_of(night)
    if not 0 <= day < world.days:
        raise ValueError(f"the truth knows the year after {world.first_day} … {world.last_day}, not after {night}")
    connection.register("clock", clock_table(world))
    connection.register("currencies", _currencies(world))
    sql = Path(__file__).with_name("active.sql").read_text(encoding="utf-8")
    terms = {
        "day": day,
        "horizon": days,
        "window_days": world.settings["campaigns"]["window_days"],
        "leaves_after_first": world.settings["buying"]["leaves_after_first_order"],
    }
    return connection.sql(sql, params=terms).to_arrow_table()


def _currencies(world: World) -> pa.Table:
    told = world.settings["range"]["currencies"]
    worth = [1.0 / (one["rate"] * 10 ** one["digits"]) for one in told.values()]
    return pa.table({"currency": pa.array(list(told), pa.string()), "eur_per_minor": pa.array(worth, pa.float64())})


def clock_table(world: World) -> pa.Table:
    """One row per type and day: how fast its clock runs, and what it shows when the day has ended."""
    fast = speeds(world)
    return pa.table(
        {
            "type_code": pa.array([kind["code"] for kind in types(world)]).take(
                pa.array(np.repeat(np.arange(len(fast)), world.all_days))
            ),
            "day": np.tile(np.arange(world.all_days), len(fast)),
            "speed": fast.ravel(),
            "ended": np.cumsum(fast, axis=1).ravel(),
        }
    )
