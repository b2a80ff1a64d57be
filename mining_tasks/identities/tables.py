"""Tables: what a SQL file of the room gives, kept in the connection under a name."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from mining_tasks.warehouse.engine import PARAMETER
from mining_tasks.warehouse.sql import quoted


def make(connection: duckdb.DuckDBPyConnection, name: str, **params: Any) -> None:
    """Keep what `<name>.sql` of this room gives as a table of that name; parameters that it does not name are left."""
    query = Path(__file__).with_name(f"{name}.sql").read_text()
    used = {param: params[param] for param in set(PARAMETER.findall(query))}
    keep(connection, name, query, used)


def keep(connection: duckdb.DuckDBPyConnection, name: str, query: str, params: Mapping[str, Any] | None = None) -> None:
    """Keep what a query gives as a table of that name."""
    connection.execute(f"CREATE OR REPLACE TABLE {quoted(name)} AS {query}", params)


def count(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    """Rows of a table or view of the connection."""
    return int(connection.table(name).shape[0])
