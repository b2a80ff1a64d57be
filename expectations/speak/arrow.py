"""Contracts in Arrow: the schema of a table's Parquet files. Each file carries its own dictionary."""

import json
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa

from expectations.words import Column, Table

DECIMAL_DIGITS = 18  # fits DuckDB's and Spark's 64-bit decimals; with 4 after the point, amounts to 99 trillion


def schema(table: Table) -> pa.Schema:
    """The Arrow schema of a contract, with its texts as UTF-8 metadata of the fields and of the schema."""
    return pa.schema([field(column) for column in table.columns], metadata=facts(table))


def open_schema(table: Table) -> pa.Schema:
    """The schema of what lies on the shelf in plain: every column but contact data, which lie in the vault."""
    return pa.schema([field(column) for column in table.columns if column.name not in table.contact], facts(table))


def field(column: Column) -> pa.Field:
    """One column: type, whether it may be missing, and what the contract says about it."""
    told = {
        "text": column.text,
        "unit": column.unit,
        "pii": column.pii.value,
        "promises": json.dumps([promise.sentence(column.name) for promise in column.promises], ensure_ascii=False),
    }
    return pa.field(column.name, kind(column), nullable=not column.is_filled, metadata=told)


def kind(column: Column) -> pa.DataType:
    """The Arrow type of a column; raises TypeError for one we do not know."""
    if column.type is Decimal:
        return pa.decimal128(DECIMAL_DIGITS, column.decimals)
    kinds = {
        str: pa.string(),
        int: pa.int64(),
        float: pa.float64(),
        bool: pa.bool_(),
        date: pa.date32(),
        datetime: pa.timestamp("us", tz="UTC"),
    }
    if column.type not in kinds:
        raise TypeError(f"{column.name}: no Arrow type for {column.type!r}")
    return kinds[column.type]


def facts(table: Table) -> dict[str, str]:
    """What a file says about its table, by name."""
    return {
        "table": table.name,
        "version": table.version,
        "owner": table.owner,
        "grain": table.grain,
        "text": table.text,
        "key": json.dumps(table.key),
        "beware": json.dumps(table.beware, ensure_ascii=False),
        "promises": json.dumps([promise.sentence(table.name) for promise in table.promises], ensure_ascii=False),
    }
