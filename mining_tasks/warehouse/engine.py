"""The engine: run SQL over accepted tables, write a draft. DuckDB here; the SQL keeps to what Spark understands too.

The portable subset: UTC everywhere; money as DECIMAL with explicit casts; `DATE_DIFF` between DATEs only; epoch with
FLOOR; no reliance on integer division, on cast rounding, day-of-week numbers, HASH or ordered aggregates; a total
order in every ROW_NUMBER. `write` casts every column to its contract's type and orders by its key. A file may make its
answer in steps, `CREATE TEMP TABLE … AS` (for Spark a cached view): whatever grows with orders is one, so that it can
spill before the next begins.
"""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

from expectations.speak import arrow
from expectations.words import Table
from mining_tasks.warehouse import instances, shelf
from mining_tasks.warehouse.home import home
from mining_tasks.warehouse.memory import available_bytes
from mining_tasks.warehouse.shelf import Partition
from mining_tasks.warehouse.sql import quoted, text

MEMORY_SHARE = 0.4  # of the machine or container: Airflow, pandas and the page cache live there too
MEMORY_MOST_GB = 2.0  # more buys little on the machines we measured; a larger shop says GOLDSEAM_MEMORY_LIMIT
PARAMETER = re.compile(r"\$([a-z_]+)")
BATCH_ROWS = 65_536


def sql(beside: str, name: str) -> str:
    """The SQL file `name` that lies next to the Python file `beside` (pass `__file__`)."""
    return (Path(beside).parent / name).read_text()


def memory_limit() -> str:
    """What DuckDB may use before it spills: `GOLDSEAM_MEMORY_LIMIT`, or a share of what there is."""
    share = available_bytes() / 2**30 * MEMORY_SHARE
    return os.environ.get("GOLDSEAM_MEMORY_LIMIT") or f"{min(MEMORY_MOST_GB, share):.1f}GB"


@contextmanager
def connected(private: bool = False, locked: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB in memory with a limit, a folder to spill to, UTC, and no network.

    private: for contact data. What it spills is encrypted under a key that dies with it, at twice the cost. DuckDB
    calls its built-in cipher unsafe because its random numbers are weak; the files live as long as the connection.
    locked: for whoever changes settings of the whole instance; it is closed afterwards, as a private one is.
    """
    settings: instances.Settings = {
        "memory_limit": memory_limit(),
        "temp_directory": str(home().spill),
        "threads": os.cpu_count() or 1,
        "preserve_insertion_order": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    own = closing(duckdb.connect(config=settings)) if private or locked else instances.lent(settings)
    with own as connection:
        connection.execute("SET TimeZone = 'UTC'")
        if private:
            connection.execute("SET force_mbedtls_unsafe = 'true'")
            connection.execute("SET temp_file_encryption = true")
        yield connection


def require_private(connection: duckdb.DuckDBPyConnection) -> None:
    """Raise ValueError if what the connection spills would lie on disk in plain."""
    if not connection.execute("SELECT current_setting('temp_file_encryption')").fetchall()[0][0]:
        raise ValueError("contact data need a private connection: engine.connected(private=True)")


def show(connection: duckdb.DuckDBPyConnection, read: Partition, name: str = "") -> None:
    """Make a partition visible under its contract's name, with exactly the contract's columns but contact data.

    Those lie in the vault; whoever may see them uses `unsealed.show`.
    """
    there = lying(connection, read)
    chosen = [column.name for column in read.table.columns if column.name not in read.table.contact]
    columns = ", ".join(f"{cell(read.table, column, there)} AS {quoted(column)}" for column in chosen)
    connection.execute(f"CREATE VIEW {quoted(name or read.table.name)} AS SELECT {columns} FROM {scan(read)}")  # noqa: S608


def scan(read: Partition) -> str:
    """SQL of all rows of a partition's files as they lie."""
    files = ", ".join(text(str(file)) for file in read.files)
    return f"read_parquet([{files}], union_by_name = true, hive_partitioning = false)"


def lying(connection: duckdb.DuckDBPyConnection, read: Partition) -> set[str]:
    """Names of the columns in a partition's files."""
    return {row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {scan(read)}").fetchall()}  # noqa: S608


def cell(table: Table, column: str, there: set[str], of: str = "") -> str:
    """SQL of a column where files have it, and of a missing value of its type where they lack it."""
    if column in there:
        return f"{of}.{quoted(column)}" if of else quoted(column)
    return f"CAST(NULL AS {duck_type(arrow.schema(table).field(column).type)})"


def query(sql: str, reads: Sequence[Partition], **params: Any) -> pa.Table:
    """The rows of a query over partitions, for results that fit in memory. Parameters are bound: `$name`."""
    with connected() as connection:
        for read in reads:
            show(connection, read)
        return asked(connection, sql, params).to_arrow_table()


def asked(
    connection: duckdb.DuckDBPyConnection, sql: str, params: dict[str, Any], into: Table | None = None
) -> duckdb.DuckDBPyRelation:
    """The rows of a SQL file: its steps are made first, then its last statement is asked, cast and ordered for `into`.

    Steps are statements `CREATE TEMP TABLE … AS`. Each is done before the next begins, and may lie on disk meanwhile.
    """
    *steps, last = (statement.query for statement in connection.extract_statements(sql))
    for step in steps:
        connection.execute(step, used(step, params))
    query = _as_promised(last, into) if into else last
    return connection.sql(query, params=used(query, params))


def promised(connection: duckdb.DuckDBPyConnection, name: str, into: Table) -> pa.RecordBatchReader:
    """A table of the connection as its contract promises it, in the order of its key."""
    return asked(connection, f"SELECT * FROM {quoted(name)}", {}, into).to_arrow_reader(BATCH_ROWS)  # noqa: S608


def write(sql: str, into: Table, night: date, reads: Sequence[Table | Partition], **params: Any) -> str:
    """Run a query over tables as of a night and write its rows, of any number, as a draft; returns its address.

    The query sees `$night`, `$night_end` (the instant at which the business day ends), `$data_as_of`, `$is_stale`
    and `params`; it must give every column of the contract by name.
    """
    parts = [shelf.read(read, night) if isinstance(read, Table) else read for read in reads]
    facts = {
        "night": night,
        "night_end": night_end(night),
        "data_as_of": min([part.data_as_of for part in parts], default=night),
        "is_stale": any(part.is_stale for part in parts),
        **params,
    }
    with connected() as connection:
        for part in parts:
            show(connection, part)
        made = asked(connection, sql, facts, into)
        drafting = shelf.new_draft(into, night)
        drafting.add_file("part-0.parquet", made.to_arrow_reader(BATCH_ROWS))
    return drafting.close(parts)


def _as_promised(sql: str, into: Table) -> str:
    columns = ", ".join(
        f"CAST({quoted(item.name)} AS {duck_type(item.type)}) AS {quoted(item.name)}" for item in arrow.schema(into)
    )
    keys = ", ".join(quoted(key) for key in into.key)
    return f"SELECT {columns} FROM (\n{sql.strip().rstrip(';')}\n) AS made ORDER BY {keys}"  # noqa: S608


def used(sql: str, params: dict[str, Any]) -> dict[str, Any]:
    """DuckDB refuses parameters that a statement does not name."""
    named = set(PARAMETER.findall(sql))
    return {name: value for name, value in params.items() if name in named}


def duck_type(kind: pa.DataType) -> str:
    """How DuckDB calls an Arrow type of ours."""
    if pa.types.is_decimal(kind):
        return f"DECIMAL({kind.precision}, {kind.scale})"
    return {
        "string": "VARCHAR",
        "int64": "BIGINT",
        "double": "DOUBLE",
        "bool": "BOOLEAN",
        "date32[day]": "DATE",
        "timestamp[us, tz=UTC]": "TIMESTAMPTZ",
    }[str(kind)]


def night_end(night: date) -> datetime:
    """The instant at which a business day ends in the shop's zone; days at clock changes have 23 or 25 hours."""
    return datetime.combine(night + timedelta(days=1), time.min, ZoneInfo(home().night_zone))
