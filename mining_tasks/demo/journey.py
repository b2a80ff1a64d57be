"""The Complete Journey as DuckDB tables in the shop's own shape, whole or cut down to some of its households."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from mining_tasks.demo import datasets
from mining_tasks.demo.draws import shuffled

FILES = ("transactions", "products", "demographics", "campaigns", "campaign_descriptions", "coupon_redemptions")


@contextmanager
def opened(limit_households: int | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB with the tables of `journey.sql`; a small shop is row for row a part of the whole one."""
    folder = datasets.complete_journey()
    with duckdb.connect(config={"memory_limit": "1GB", "threads": 2}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        files = {name: str(folder / f"{name}.parquet") for name in FILES}
        connection.execute("CREATE TABLE households (household_id BIGINT)")
        connection.executemany(
            "INSERT INTO households VALUES (?)", [[number] for number in _kept(all_households(), limit_households)]
        )
        for statement in Path(__file__).with_name("journey.sql").read_text(encoding="utf-8").split(";\n"):
            used = {name: file for name, file in files.items() if f"${name})" in statement}
            connection.execute(statement, used)
        yield connection


def all_households() -> list[int]:
    """The ids of the 2,469 households that bought, ascending."""
    file = str(datasets.complete_journey() / "transactions.parquet")
    with duckdb.connect(config={"threads": 2}) as connection:
        found = connection.execute(
            "SELECT DISTINCT household_id FROM read_parquet($file) ORDER BY household_id", {"file": file}
        ).fetchall()
    return [household for (household,) in found]


def _kept(households: list[int], limit: int | None) -> list[int]:
    return sorted(shuffled(households, "shop")[:limit])
