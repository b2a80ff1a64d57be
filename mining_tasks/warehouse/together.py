"""Several nights of one table as one view: what is kept night by night, read as a whole."""

from collections.abc import Sequence

import duckdb

from expectations.speak import arrow
from expectations.words import Table
from mining_tasks.warehouse import engine
from mining_tasks.warehouse.shelf import Partition
from mining_tasks.warehouse.sql import filled, quoted


def show(connection: duckdb.DuckDBPyConnection, name: str, table: Table, parts: Sequence[Partition]) -> None:
    """Make the view `name` of all rows of a table's partitions, with the contract's columns; empty without any."""
    connection.register(f"{name}_none", arrow.schema(table).empty_table())
    views = [f"{name}_{number}" for number in range(len(parts))]
    for view, part in zip(views, parts, strict=True):
        engine.show(connection, part, view)
    more = "".join(filled(__file__, "together.sql", view=quoted(view)) for view in views)
    pieces = {"name": quoted(name), "none": quoted(f"{name}_none"), "more": more}
    connection.execute(filled(__file__, "together_first.sql", **pieces))
