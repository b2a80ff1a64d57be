"""The analysts' DuckDB: views over exactly the published Parquet files, in a file or in memory."""

from collections.abc import Sequence
from pathlib import Path

import duckdb

import expectations
from expectations.speak import arrow
from expectations.words import Table
from mining_tasks.warehouse import durable, engine
from mining_tasks.warehouse.home import home
from mining_tasks.warehouse.sql import quoted, text
from mining_tasks.warehouse.surface_current import Published, PublishedTable

STORAGE = "v1.0.0"  # the oldest that DuckDB 2.0 writes: clients of 1.x open the file too
READ_ONLY = 0o400  # a reader that opened it for writing would lock the others out


def write_file(families: Sequence[Published]) -> None:
    """Make the DuckDB file anew beside the old one and put it in its place; open readers keep the old one."""
    file = home().published_file
    made = durable.beside(file)
    with durable.writing(file), engine.connected() as connection:
        connection.execute(f"ATTACH {text(str(made))} AS surface (STORAGE_VERSION {text(STORAGE)})")
        connection.execute("USE surface")
        connection.execute("BEGIN")  # one flush to disk, not one a comment
        show(connection, families)
        connection.execute("COMMIT")
        connection.execute("USE memory")
        connection.execute("DETACH surface")
    made.chmod(READ_ONLY)
    durable.put_in_place(made, file)


def show(connection: duckdb.DuckDBPyConnection, families: Sequence[Published]) -> None:
    """Make every published table visible under its name, and `published`, which says how old each is."""
    _list_published(connection, families)
    for published in families:
        for table in published.tables:
            _view(connection, published, table)


def _list_published(connection: duckdb.DuckDBPyConnection, families: Sequence[Published]) -> None:
    connection.execute(
        "CREATE TABLE published (family VARCHAR, table_name VARCHAR, night DATE, run_id VARCHAR, data_as_of DATE,"
        " is_stale BOOLEAN, why_stale VARCHAR, published_at TIMESTAMPTZ, rows_count BIGINT)"
    )
    for p in families:
        for table in p.tables:
            facts = [p.family, table.name, p.night, p.run_id, p.data_as_of, p.is_stale, p.why_stale, p.published_at]
            connection.execute("INSERT INTO published VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", [*facts, table.rows])


def _view(connection: duckdb.DuckDBPyConnection, published: Published, table: PublishedTable) -> None:
    scan = f"read_parquet([{', '.join(text(str(path)) for path in table.paths)}], union_by_name = true)"
    there = [row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {scan}").fetchall()]  # noqa: S608
    contract = expectations.tables().get(table.name)
    columns = _promised(contract, there) if contract else {name: quoted(name) for name in there}
    if published.is_marked_stale:
        columns["is_stale"] = "TRUE"
    columns["run_id"] = text(published.run_id)
    said = ", ".join(f"{value} AS {quoted(name)}" for name, value in columns.items())
    connection.execute(f"CREATE VIEW {quoted(table.name)} AS SELECT {said} FROM {scan}")  # noqa: S608
    if contract:
        _comment(connection, contract)


def _promised(contract: Table, there: Sequence[str]) -> dict[str, str]:
    """Every column of the contract in its type; one that the files do not have yet is empty."""
    columns = {}
    for item in arrow.schema(contract):
        source = quoted(item.name) if item.name in there else "NULL"
        columns[item.name] = f"CAST({source} AS {engine.duck_type(item.type)})"
    return columns


def _comment(connection: duckdb.DuckDBPyConnection, contract: Table) -> None:
    connection.execute(f"COMMENT ON VIEW {quoted(contract.name)} IS {text(contract.text)}")
    for column in contract.columns:
        subject = f"{quoted(contract.name)}.{quoted(column.name)}"
        connection.execute(f"COMMENT ON COLUMN {subject} IS {text(column.text)}")


def lock(connection: duckdb.DuckDBPyConnection, families: Sequence[Published]) -> None:
    """From now on the connection reads the published files and nothing else, and its settings stay."""
    files: list[Path] = [path for published in families for table in published.tables for path in table.paths]
    connection.execute(f"SET allowed_paths = [{', '.join(text(str(file)) for file in files)}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
