"""A block's tables in the words of the silos: one SQL file for each of their tables, run over Arrow in memory."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from mining_tasks.demo.planted.world import World

FOLDER = Path(__file__).parent
BATCH_ROWS = 100_000
MEMORY = "500MB"  # of one worker; what is sorted here is one block

Tables = Mapping[str, pa.Table]


@contextmanager
def desk(world: World, tables: Tables) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB that sees the tables, `days` and `minor_units`, and knows how the silos spell times and money."""
    connection = duckdb.connect(config={"threads": 1, "memory_limit": MEMORY, "temp_directory": ""})
    try:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET enable_progress_bar = FALSE")
        facts = {"zone": world.zone.key, "end_at": int(world.midnights[world.days])}
        for name, value in facts.items():
            connection.execute(f"SET VARIABLE {name} = ?", [value])
        connection.execute((FOLDER / "spelt.sql").read_text(encoding="utf-8"))
        for name, table in {**tables, "days": days(world), "minor_units": minor_units(world)}.items():
            connection.register(name, table)
        yield connection
    finally:
        connection.close()


def written(connection: duckdb.DuckDBPyConnection, name: str) -> pa.Table:
    """What `<name>.sql` says of the tables that are seen."""
    return connection.sql((FOLDER / f"{name}.sql").read_text(encoding="utf-8")).to_arrow_table()


def streamed(connection: duckdb.DuckDBPyConnection, name: str) -> pa.RecordBatchReader:
    """The same, batch by batch, while nothing else is asked of the connection."""
    return connection.sql((FOLDER / f"{name}.sql").read_text(encoding="utf-8")).to_arrow_reader(BATCH_ROWS)


def days(world: World) -> pa.Table:
    """Every day of the world: its number, its date, and when it begins."""
    numbers = np.arange(world.all_days)
    dates = [world.first_day + timedelta(days=int(day)) for day in numbers]
    columns = {"day": numbers.astype(np.int32), "date": pa.array(dates, pa.date32()), "starts_at": world.midnights[:-1]}
    return pa.table(columns)


def minor_units(world: World) -> pa.Table:
    """Every currency of the shop: digits after the point, and how many ten-thousandths one minor unit is worth."""
    digits = {code: told["digits"] for code, told in world.settings["range"]["currencies"].items()}
    worth = [10 ** (4 - count) for count in digits.values()]
    return pa.table({"currency": list(digits), "digits": list(digits.values()), "worth": worth})
