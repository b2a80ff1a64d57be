"""Rows that keep every promise of a contract, made from the contract alone: `sample(table, rows, seed)`."""

import random
import re
import string
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

from expectations.speak import arrow
from expectations.words import (
    Between,
    Column,
    Consented,
    Filled,
    Matches,
    MostlyFilled,
    NotBefore,
    NotLonger,
    OneOf,
    RefersTo,
    Rows,
    Table,
)

MISSING_SHARE = 0.2
TRIES = 40
FIRST, LAST = datetime(2015, 1, 1, tzinfo=UTC), datetime(2018, 1, 1, tzinfo=UTC)
TEXTS = ("007", "NA", "null", "Ærø", "O'Brien", "ends in space ", "two\nlines", "+49 30 1", "emoji 🙂", "plain")
Row = dict[str, Any]


def sample(table: Table, rows: int = 50, seed: int = 0, others: Mapping[str, pa.Table] | None = None) -> pa.Table:
    """So many rows that keep every promise, in the contract's Arrow schema, sorted by key; same seed, same rows.

    others: tables by name that references are drawn from. Raises ValueError if the contract allows no such rows.
    """
    _require_count(table, rows)
    draw = random.Random(f"{table.name} {seed}")
    made: dict[tuple[Any, ...], Row] = {}
    for _ in range(rows * TRIES):
        if len(made) == rows:
            break
        row = _row(table, draw, others or {})
        made.setdefault(tuple(row[key] for key in table.key), row)
    if len(made) < rows:
        raise ValueError(f"{table.name}: only {len(made)} different keys found, {rows} asked for")
    return as_table(table, list(made.values()))


def as_table(table: Table, rows: list[Row]) -> pa.Table:
    """Rows as an Arrow table of the contract, sorted by key."""
    made = pa.Table.from_pylist(rows, schema=arrow.schema(table))
    return made.sort_by([(key, "ascending") for key in table.key])


def _require_count(table: Table, rows: int) -> None:
    for promise in table.promises:
        if isinstance(promise, Rows) and not promise.at_least <= rows <= (promise.at_most or rows):
            raise ValueError(f"{promise.sentence(table.name)}: {rows} cannot keep that")


def _row(table: Table, draw: random.Random, others: Mapping[str, pa.Table]) -> Row:
    row = {column.name: _cell(table, column, draw, others) for column in table.columns}
    for column in table.columns:
        for promise in column.promises:
            if isinstance(promise, NotBefore) and None not in (row[column.name], row[promise.column]):
                row[column.name] = max(row[column.name], row[promise.column])
    return row


def _cell(table: Table, column: Column, draw: random.Random, others: Mapping[str, pa.Table]) -> Any:
    needed = column.name in table.key or any(isinstance(p, Filled | MostlyFilled) for p in column.promises)
    if not needed and draw.random() < MISSING_SHARE:
        return None
    if any(isinstance(promise, Consented) for promise in column.promises):
        return None  # nobody consented to anything in a home without consents
    for promise in column.promises:
        if isinstance(promise, RefersTo) and promise.table in others:
            return draw.choice(others[promise.table].column(promise.column).to_pylist())
    return value(column, draw)


def value(column: Column, draw: random.Random) -> Any:
    """A value that keeps every promise of the column about a row."""
    made = {
        str: _text,
        int: lambda c, d: d.randint(*_bounds(c, 0, 1_000)),
        float: lambda c, d: d.uniform(*_bounds(c, 0.0, 1_000.0)),
        bool: lambda c, d: d.random() < 0.5,
        Decimal: _decimal,
        date: lambda c, d: (FIRST + (LAST - FIRST) * d.random()).date(),
        datetime: lambda c, d: FIRST + timedelta(seconds=d.randrange(int((LAST - FIRST).total_seconds()))),
    }
    return made[column.type](column, draw)


def _bounds(column: Column, low: Any, high: Any) -> tuple[Any, Any]:
    """The narrowest bounds promised; where a side is open, some room beyond the other."""
    bounds = [promise for promise in column.promises if isinstance(promise, Between)]
    lows = [promise.low for promise in bounds if promise.low is not None]
    highs = [promise.high for promise in bounds if promise.high is not None]
    low = max(lows, default=min(low, *highs) if highs else low)
    return low, min(highs, default=low + (high if lows else high - low))


def _decimal(column: Column, draw: random.Random) -> Decimal:
    low, high = _bounds(column, Decimal(0), Decimal(1_000))
    unit = Decimal(10) ** -column.decimals
    return (Decimal(draw.random()) * (high - low) + low).quantize(unit)


def _text(column: Column, draw: random.Random) -> str:
    lists = [set(promise.values) for promise in column.promises if isinstance(promise, OneOf)]
    if lists:
        return str(draw.choice(sorted(set.intersection(*lists))))
    forms = [promise.pattern for promise in column.promises if isinstance(promise, Matches)]
    longest = min([promise.characters for promise in column.promises if isinstance(promise, NotLonger)], default=60)
    if forms:
        return of_pattern(forms[0], draw)
    return (
        f"{draw.choice(TEXTS)} {draw.randrange(10**9)}"[:longest] if longest > 4 else "".join(_letters(longest, draw))
    )


def _letters(count: int, draw: random.Random) -> list[str]:
    return draw.choices(string.ascii_uppercase, k=count)


def of_pattern(pattern: str, draw: random.Random) -> str:
    """A text that matches a regular expression as a whole; raises ValueError for constructs no contract uses."""
    return _spell(re._parser.parse(pattern), draw)


def _spell(parsed: Any, draw: random.Random) -> str:
    return "".join(_part(str(kind), what, draw) for kind, what in parsed)


def _part(kind: str, what: Any, draw: random.Random) -> str:
    if kind == "LITERAL":
        return chr(what)
    if kind == "ANY":
        return draw.choice(string.ascii_letters + "é:/ \n")
    if kind == "IN":
        chosen, between = draw.choice(what)
        return chr(draw.randint(*between)) if str(chosen) == "RANGE" else chr(between)
    if kind == "MAX_REPEAT":
        least, most, inner = what
        return "".join(_spell(inner, draw) for _ in range(draw.randint(least, min(int(most), least + 20))))
    if kind == "SUBPATTERN":
        return _spell(what[-1], draw)
    if kind == "BRANCH":
        return _spell(draw.choice(what[1]), draw)
    raise ValueError(f"sample rows have not been taught {kind} in a pattern")
