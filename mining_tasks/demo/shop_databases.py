"""Two databases that the demo shop can live in: one SQLite file, or a schema of a Postgres server."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from mining_tasks.demo.shop_tables import Rows, ShopTable

if TYPE_CHECKING:
    import psycopg

SCHEMA = "goldseam_demo_shop"
SQLITE_TYPES = {"NUMERIC(12, 2)": "TEXT"}  # SQLite has no exact decimals; NUMERIC would turn '0.10' into a float


class SqliteShop:
    """Loads into a SQLite file: decimals as text with two digits, times with microseconds as SQLAlchemy writes them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def load(self, table: ShopTable, rows: Rows) -> None:
        """One transaction for the whole table."""
        marks = ", ".join("?" * len(table.columns))
        self.connection.execute(_create(table, SQLITE_TYPES))
        self.connection.executemany(f"INSERT INTO {table.name} VALUES ({marks})", rows)  # noqa: S608  # our own names
        for statement in _indexes(table):
            self.connection.execute(statement)
        self.connection.commit()


class PostgresShop:
    """Loads into a schema of its own by COPY."""

    def __init__(self, connection: "psycopg.Connection") -> None:
        self.connection = connection

    def load(self, table: ShopTable, rows: Rows) -> None:
        """One COPY for the whole table."""
        cursor = self.connection.cursor()
        cursor.execute(_create(table, {}).encode())
        with cursor.copy(f"COPY {table.name} FROM STDIN".encode()) as copy:
            for row in rows:
                copy.write_row(row)
        for statement in (*_indexes(table), f"ANALYZE {table.name}"):
            cursor.execute(statement.encode())


@contextmanager
def sqlite_shop(file: Path) -> Iterator[SqliteShop]:
    """A new file, which appears under its name only when it is whole."""
    building = file.with_suffix(".building")
    building.unlink(missing_ok=True)
    with closing(sqlite3.connect(building)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        yield SqliteShop(connection)
    building.replace(file)


@contextmanager
def postgres_shop(url: str) -> Iterator[PostgresShop]:
    """A new schema `goldseam_demo_shop`, which replaces the old one in one transaction."""
    import psycopg  # an extra: only shops on Postgres need it

    with psycopg.connect(plain(url)) as connection:
        for statement in (
            f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE",
            f"CREATE SCHEMA {SCHEMA}",
            f"SET LOCAL search_path = {SCHEMA}",
        ):
            connection.execute(statement.encode())
        yield PostgresShop(connection)


def plain(url: str) -> str:
    """The URL as libpq reads it, without SQLAlchemy's driver name."""
    scheme, rest = url.split("://", 1)
    return f"{scheme.split('+')[0]}://{rest}".replace("postgres://", "postgresql://")


def exists(url: str) -> bool:
    """True if that Postgres holds the demo shop."""
    import psycopg

    with psycopg.connect(plain(url)) as connection:
        found = connection.execute("SELECT to_regclass(%s)", (f"{SCHEMA}.order_lines",)).fetchone()
        return found is not None and found[0] is not None


def _create(table: ShopTable, types: dict[str, str]) -> str:
    columns = [f"{name} {_spoken(kind, types)}" for name, kind in table.columns.items()]
    return f"CREATE TABLE {table.name} ({', '.join(columns)}, PRIMARY KEY ({', '.join(table.key)}))"


def _spoken(kind: str, types: dict[str, str]) -> str:
    for ours, theirs in types.items():
        kind = kind.replace(ours, theirs)
    return kind


def _indexes(table: ShopTable) -> list[str]:
    if table.index is None:
        return []
    return [f"CREATE INDEX {table.name}_{table.index} ON {table.name} ({table.index})"]
