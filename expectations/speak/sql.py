"""Promises in SQL: for each promise about a row, the condition under which the row breaks it, and why in words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
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
    Severity,
    Table,
    TablePromise,
)


class UnknownPromise(TypeError):
    """A kind of promise that SQL was not taught; it must be, or rows would pass unchecked."""


@dataclass(frozen=True)
class Break:
    """`condition` is true for a row that breaks the promise, false for every other one, never NULL.

    `reason` names the column and what is wrong with it, without the value.
    """

    column: Column
    promise: RowPromise
    condition: str
    reason: str


def breaks(table: Table, severity: Severity) -> list[Break]:
    """Every row promise of that severity, in the order of the contract; raises `UnknownPromise`."""
    about_rows = [(c, p) for c, p in table.all_promises if p.severity == severity and not isinstance(p, TablePromise)]
    return [_break(column, promise) for column, promise in about_rows]


def _break(column: Column | None, promise: Promise) -> Break:
    if column is None or not isinstance(promise, RowPromise):
        raise UnknownPromise(f"{promise!r} is neither a column's promise about rows nor one about a table")
    return Break(column, promise, condition(column, promise), reason(column, promise))


def condition(column: Column, promise: RowPromise) -> str:
    """The SQL boolean `this row breaks the promise`, in the subset that DuckDB, PostgreSQL and Spark share.

    `Matches` needs a full-match function: `regexp_full_match` of DuckDB.
    """
    spoken = _CONDITIONS.get(type(promise))
    if spoken is None:
        raise UnknownPromise(f"SQL does not know {type(promise).__name__}")
    return f"COALESCE({spoken(name(column.name), promise)}, FALSE)"


def reason(column: Column, promise: RowPromise) -> str:
    """What to tell about a row that breaks the promise: column and fault, never the value."""
    spoken = _REASONS.get(type(promise))
    if spoken is None:
        raise UnknownPromise(f"SQL does not know {type(promise).__name__}")
    return f"{column.name}: {spoken(promise)}"


def name(column: str) -> str:
    """A column of a contract as an identifier; contracts allow `lower_snake_case` only."""
    return f'"{column}"'


def literal(value: Any) -> str:
    """A value of a contract as a SQL literal of its own type; raises TypeError for a type that is none of ours."""
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        instant = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return f"TIMESTAMPTZ '{instant:%Y-%m-%d %H:%M:%S.%f}+00'"
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, float):
        return f"CAST('{value!r}' AS DOUBLE)"
    if isinstance(value, int | Decimal):
        return str(value)
    raise TypeError(f"no SQL literal for {type(value).__name__}")


def _outside(column: str, promise: Between) -> str:
    sides = []
    if promise.low is not None:
        sides.append(f"{column} < {literal(promise.low)}")
    if promise.high is not None:
        sides.append(f"{column} > {literal(promise.high)}")
    if isinstance(promise.low, float) or isinstance(promise.high, float):
        sides.append(f"isnan({column})")  # engines sort NaN above every number, so an open upper side would let it in
    return f"({' OR '.join(sides) or 'FALSE'})"


def _bounds(promise: Between) -> str:
    if promise.high is None:
        return f"below {promise.low}"
    return f"above {promise.high}" if promise.low is None else f"not between {promise.low} and {promise.high}"


_CONDITIONS: dict[type[RowPromise], Callable[[str, Any], str]] = {
    Filled: lambda column, _: f"{column} IS NULL",
    OneOf: lambda column, p: f"{column} NOT IN ({', '.join(map(literal, p.values))})",
    Between: _outside,
    Matches: lambda column, p: f"NOT regexp_full_match({column}, {literal(p.pattern)})",
    NotLonger: lambda column, p: f"length({column}) > {int(p.characters)}",
    NotBefore: lambda column, p: f"{column} < {name(p.column)}",
}
_REASONS: dict[type[RowPromise], Callable[[Any], str]] = {
    Filled: lambda _: "missing",
    OneOf: lambda _: "not one of the closed list",
    Between: _bounds,
    Matches: lambda _: "not of the promised form",
    NotLonger: lambda p: f"longer than {p.characters} characters",
    NotBefore: lambda p: f"before {p.column}",
}
