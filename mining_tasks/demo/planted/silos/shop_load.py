"""Two databases that take a planted shop table by table, block by block: a SQLite file, a schema of a Postgres."""

import io
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pyarrow as pa
from pyarrow import csv

from mining_tasks.demo.planted.silos.shop_tables import OF_BLOCKS, OF_THE_SHOP
from mining_tasks.demo.shop_databases import postgres_shop
from mining_tasks.demo.shop_tables import ShopTable

if TYPE_CHECKING:
    import psycopg

BATCH_ROWS = 20_000  # Python lists of a batch stay in the processor's cache; ten times as many cost a third more
TEXT = "TEXT"  # SQLite has no exact decimals; NUMERIC would turn '0.10' into a float


class Shop(Protocol):
    """A database that has all the shop's tables, empty at first."""

    def load(self, name: str, rows: pa.Table) -> None:
        """Adds rows of texts, whole numbers and truths to a table."""


class SqliteShop:
    """Money and times are texts. A table with a key of several columns is kept in its order, without a second index."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def load(self, name: str, rows: pa.Table) -> None:
        """One transaction over all; with the journal off, what is half loaded is thrown away with the file."""
        statement = f"INSERT INTO {name} VALUES ({', '.join('?' * rows.num_columns)})"  # noqa: S608  # our own names
        for batch in rows.to_batches(max_chunksize=BATCH_ROWS):
            self.connection.executemany(statement, zip(*(column.to_pylist() for column in batch.columns), strict=True))


class PostgresShop:
    """Loads by COPY, in CSV as Arrow writes it."""

    def __init__(self, connection: "psycopg.Connection") -> None:
        self.connection = connection

    def load(self, name: str, rows: pa.Table) -> None:
        """One COPY, in blocks of some megabytes."""
        with self.connection.cursor().copy(f"COPY {name} FROM STDIN WITH (FORMAT csv)".encode()) as copy:
            for batch in rows.to_batches(max_chunksize=BATCH_ROWS):
                text = io.BytesIO()
                csv.write_csv(batch, text, csv.WriteOptions(include_header=False))
                copy.write(text.getvalue())


@contextmanager
def sqlite_file(file: Path) -> Iterator[SqliteShop]:
    """A new file with all tables."""
    with closing(sqlite3.connect(file)) as connection:
        for manner in ("journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE"):
            connection.execute(f"PRAGMA {manner}")
        for table in (*OF_THE_SHOP, *OF_BLOCKS):
            keyed = " WITHOUT ROWID" if len(table.key) > 1 else ""
            connection.execute(declared(table, TEXT) + keyed)
        yield SqliteShop(connection)
        connection.commit()


@contextmanager
def postgres_schema(url: str) -> Iterator[PostgresShop]:
    """The demo's schema, new, with all tables; the old one is replaced when the block ends well."""
    tables = (*OF_THE_SHOP, *OF_BLOCKS)
    with postgres_shop(url) as shop:
        for table in tables:
            shop.connection.execute(declared(table).encode())
        yield PostgresShop(shop.connection)
        for table in tables:
            index = f"CREATE INDEX ON {table.name} ({table.index})" if table.index else ""
            for statement in filter(None, (index, f"ANALYZE {table.name}")):
                shop.connection.execute(statement.encode())


def declared(table: ShopTable, money: str = "") -> str:
    """CREATE TABLE, in another type of money if one is given; a single key stands with its column.

    In SQLite that needs the word INTEGER: only then the key is the row's own number and no index is kept beside it.
    """
    kinds = {name: kind.replace("NUMERIC(15, 3)", money or "NUMERIC(15, 3)") for name, kind in table.columns.items()}
    if len(table.key) == 1:
        kinds[table.key[0]] = f"{'INTEGER' if money else 'BIGINT'} PRIMARY KEY"
        return f"CREATE TABLE {table.name} ({', '.join(f'{name} {kind}' for name, kind in kinds.items())})"
    columns = ", ".join(f"{name} {kind}" for name, kind in kinds.items())
    return f"CREATE TABLE {table.name} ({columns}, PRIMARY KEY ({', '.join(table.key)}))"
