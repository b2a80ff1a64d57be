"""For each kind of promise about rows: a row that breaks it and nothing else; and what breaking means, in Python.

The Python reading is a third opinion beside Great Expectations and SQL, for tests alone.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from expectations.words import (
    Between,
    Column,
    Filled,
    Matches,
    NotBefore,
    NotLonger,
    OneOf,
    Promise,
    RowPromise,
    Table,
)

Row = dict[str, Any]
STEPS = {int: 1, float: 0.25, Decimal: Decimal("0.0001"), date: timedelta(days=1), datetime: timedelta(seconds=1)}


def is_broken(promise: Promise, value: Any, row: Row) -> bool:
    """Whether the row breaks a promise about `value`, one of its columns."""
    if isinstance(promise, Filled):
        return value is None
    if value is None:
        return False
    reading: dict[type, Callable[[Any], bool]] = {
        OneOf: lambda p: value not in p.values,
        Between: lambda p: not _within(p, value),
        Matches: lambda p: re.fullmatch(p.pattern, value) is None,
        NotLonger: lambda p: len(value) > p.characters,
        NotBefore: lambda p: row[p.column] is not None and value < row[p.column],
    }
    return reading[type(promise)](promise)


def _within(promise: Between, value: Any) -> bool:
    low, high = (_aware(bound, value) for bound in (promise.low, promise.high))
    return (low is None or value >= low) and (high is None or value <= high)


def _aware(bound: Any, value: Any) -> Any:
    return bound.replace(tzinfo=UTC) if isinstance(bound, datetime) and isinstance(value, datetime) else bound


def _beyond(promise: Between, column: Column) -> Iterator[Any]:
    step = STEPS[column.type]
    for bound, sign in ((promise.low, -1), (promise.high, 1)):
        if bound is not None:
            value = bound.replace(tzinfo=UTC) if isinstance(bound, datetime) else bound
            yield value + sign * step


BREAKERS: dict[type[RowPromise], Callable[[Any, Column, Row], Iterator[Any]]] = {
    Filled: lambda promise, column, row: iter([None]),
    OneOf: lambda promise, column, row: iter(["not in the list", "?", promise.values[0] + " "]),
    Between: lambda promise, column, row: _beyond(promise, column),
    Matches: lambda promise, column, row: iter([f"{row[column.name]}\n", f"{row[column.name]}x", "?"]),
    NotLonger: lambda promise, column, row: iter(["ä" * (promise.characters + 1)]),
    NotBefore: lambda promise, column, row: iter([row[promise.column] - STEPS[column.type]]),
}


def broken_row(table: Table, column: Column, promise: RowPromise, good: Row) -> Row:
    """The good row changed so that it breaks this promise and no other one; raises LookupError if none does."""
    for value in BREAKERS[type(promise)](promise, column, good):
        row = good | {column.name: value}
        if broken_promises(table, row) == [(column.name, promise)]:
            return row
    raise LookupError(f"{table.name}: no row breaks only `{promise.sentence(column.name)}`: is it implied by another?")


def broken_promises(table: Table, row: Row) -> list[tuple[str, Promise]]:
    """Every promise about rows that a row breaks, with its column."""
    about_rows = [(c, p) for c, p in table.all_promises if c is not None and isinstance(p, RowPromise)]
    return [(c.name, p) for c, p in about_rows if is_broken(p, row[c.name], row)]


def whole(row: Row, table: Table, filler: Row) -> Row:
    """A row without gaps, so that every promise about it can be broken."""
    return {name: filler[name] if row[name] is None else row[name] for name in row}
