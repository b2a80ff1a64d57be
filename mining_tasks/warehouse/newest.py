"""One row per key: the newest by the contract's clock, ties by the greatest content, so that no order matters."""

import duckdb

from expectations.words import Table
from mining_tasks.warehouse.sql import column_list, filled, quoted


def show_newest(connection: duckdb.DuckDBPyConnection, table: Table, rows: str, name: str) -> None:
    """Make the view `name` of the one row that each key keeps of the relation `rows`.

    The rule: the greatest `newest_by`, then the greatest value in each column in the order of the contract, a
    missing value being the least. It is a maximum over a total order: neither the order of rows, nor of files, nor
    of nights changes what is kept. Keys that stand there once take no part in the sort.
    """
    statements = filled(
        __file__,
        "newest.sql",
        name=quoted(name),
        rows=quoted(rows),
        repeated=quoted(f"{name}_repeated"),
        keys=column_list(table.key),
        columns=column_list(column.name for column in table.columns),
        newest_first=_order(table),
    )
    connection.execute(statements)


def _order(table: Table) -> str:
    first = [table.newest_by] if table.newest_by else []
    names = [*first, *(c.name for c in table.columns if c.name not in (*table.key, *first))]
    return ", ".join(f"{quoted(name)} DESC NULLS LAST" for name in names) or column_list(table.key)


def counted(connection: duckdb.DuckDBPyConnection, rows: str) -> int:
    """How many rows a relation has."""
    return int(connection.execute(f"SELECT count(*) FROM {quoted(rows)}").fetchall()[0][0])  # noqa: S608
