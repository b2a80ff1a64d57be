"""Puts what customers' orders tell of their habits before the SQL of a room: the table `habits` beside `facts`."""

from datetime import date

import duckdb
import pyarrow as pa

from mining_tasks.experiments.habits.told import DEPARTMENTS, Names
from mining_tasks.warehouse import engine

EPOCH = date(1970, 1, 1)


def show(connection: duckdb.DuckDBPyConnection) -> Names:
    """Make the table `habits` for the days of `facts`: key `customer_id`, `as_of_date`; `told.COLUMNS`. Gives the
    names of the departments, in the order of their counts; those beyond the last place share it."""
    days = [row[0] for row in connection.execute("SELECT DISTINCT as_of_date FROM facts ORDER BY 1").fetchall()]
    query = engine.sql(__file__, "habits.sql")
    for number, day in enumerate(days or [EPOCH]):
        start = "CREATE OR REPLACE TEMP TABLE habits AS" if number == 0 else "INSERT INTO habits BY NAME"
        connection.execute(f"{start} {query}", {"day": (day - EPOCH).days})
    return names(connection)


def names(connection: duckdb.DuckDBPyConnection) -> Names:
    """What the departments are called, in their order."""
    found = connection.sql(engine.sql(__file__, "departments.sql")).to_arrow_table()
    return tuple(found["department"].to_pylist()[:DEPARTMENTS])


def beside(facts: pa.Table, names: Names) -> pa.Table:
    """The same table, which now says what its departments are called."""
    return facts.replace_schema_metadata({**(facts.schema.metadata or {}), b"departments": "\n".join(names).encode()})


def beside_each(batches: pa.RecordBatchReader, names: Names) -> pa.RecordBatchReader:
    """`beside` of batches."""
    schema = beside(batches.schema.empty_table(), names).schema
    each = (batch.replace_schema_metadata(schema.metadata) for batch in batches)
    return pa.RecordBatchReader.from_batches(schema, each)


def named(facts: pa.Table) -> Names:
    """What `beside` wrote; empty where nothing was."""
    said = (facts.schema.metadata or {}).get(b"departments", b"").decode()
    return tuple(said.split("\n")) if said else ()
