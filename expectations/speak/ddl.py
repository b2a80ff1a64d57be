"""Contracts in PostgreSQL: tables that hold the runs of a published table side by side, for views to choose from."""

from datetime import date, datetime
from decimal import Decimal

from expectations.speak.arrow import DECIMAL_DIGITS
from expectations.speak.sql import literal, name
from expectations.words import Column, Table

RUN_ID = "run_id"  # the leading column of every stored row; views filter on it


def create(table: Table, schema: str) -> str:
    """`CREATE TABLE` for the runs of a table. Its key holds within a run; a run loaded twice is refused."""
    columns = [f"{name(RUN_ID)} text NOT NULL", *(_column(column) for column in table.columns)]
    key = ", ".join(map(name, (RUN_ID, *table.key)))
    body = ",\n  ".join([*columns, f"PRIMARY KEY ({key})"])
    return f"CREATE TABLE IF NOT EXISTS {_full(table, schema)} (\n  {body}\n)"


def add_columns(table: Table, schema: str) -> list[str]:
    """One statement a column, for a table made from an older contract; columns it has already are left alone."""
    return [
        f"ALTER TABLE {_full(table, schema)} ADD COLUMN IF NOT EXISTS {name(column.name)} {kind(column)}"
        for column in table.columns
    ]


def comments(table: Table, schema: str, what: str = "TABLE") -> list[str]:
    """The contract's texts where `\\d+` and every SQL editor show them. what: `TABLE` or `VIEW`."""
    full = _full(table, schema)
    said = [f"COMMENT ON {what} {full} IS {literal(_table_text(table))}"]
    return said + [f"COMMENT ON COLUMN {full}.{name(c.name)} IS {literal(_column_text(c))}" for c in table.columns]


def kind(column: Column) -> str:
    """The PostgreSQL type of a column; raises TypeError for one we do not know."""
    if column.type is Decimal:
        return f"numeric({DECIMAL_DIGITS}, {column.decimals})"
    kinds = {
        str: "text",
        int: "bigint",
        float: "double precision",
        bool: "boolean",
        date: "date",
        datetime: "timestamp with time zone",
    }
    if column.type not in kinds:
        raise TypeError(f"{column.name}: no PostgreSQL type for {column.type!r}")
    return kinds[column.type]


def _full(table: Table, schema: str) -> str:
    return f"{name(schema)}.{name(table.name)}"


def _column(column: Column) -> str:
    return f"{name(column.name)} {kind(column)}{' NOT NULL' if column.is_filled else ''}"


def _table_text(table: Table) -> str:
    return "\n".join([table.text, *(f"Beware: {note}" for note in table.beware), f"Owner: {table.owner}"])


def _column_text(column: Column) -> str:
    unit = f" Unit: {column.unit}." if column.unit else ""
    return f"{column.text}{unit}"
