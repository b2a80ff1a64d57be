"""Rows of text judged by a contract: views that give each row its typed values, or the reasons to set it aside."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb

from expectations.speak import sql as spoken
from expectations.words import Filled, Severity, Table
from mining_tasks.warehouse import convert, engine
from mining_tasks.warehouse.sql import column_list, filled, quoted, text

FUTURE = timedelta(days=1)  # after the end of the night: clocks of sources are wrong by hours, not by days


class MissingColumns(ValueError):
    """The source no longer delivers columns that the contract needs: removed, or renamed."""


@dataclass(frozen=True)
class Terms:
    """How a landing is to be read: its contract and night, the source's zone, and what is derived.

    `derived`: a date column, and the instant column of the same row whose business day in `zone` it is; used
    where the source does not deliver the column itself.
    """

    table: Table
    night: date
    zone: str
    derived: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ZoneInfo(self.zone)  # raises at once for a zone that does not exist
        for made, origin in self.derived.items():
            if (self.table.column(made).type, self.table.column(origin).type) != (date, datetime):
                raise ValueError(f"{self.table.name}: {made} is no business day of {origin}")


def require_columns(terms: Terms, delivered: tuple[str, ...]) -> None:
    """Raise `MissingColumns` with all columns that the contract needs and nobody delivers or derives."""
    needed = [c.name for c in terms.table.columns if c.is_filled or c.name in terms.table.key]
    missing = [name for name in needed if name not in delivered and name not in terms.derived]
    if missing:
        known = {column.name for column in terms.table.columns}
        strange = [name for name in delivered if name not in known]
        hint = f"; it delivers {', '.join(strange)}, which the contract does not know" if strange else ""
        raise MissingColumns(f"{terms.table.name}: the source does not deliver {', '.join(missing)}{hint}")


def show_judged(connection: duckdb.DuckDBPyConnection, terms: Terms, delivered: tuple[str, ...]) -> None:
    """Make the views `good`, `bad` and `unknown_currencies` over `landed` (text columns `delivered`, `_position`).

    good: the contract's columns, typed. bad: `position`, `row` (JSON of the text as received), `reason` (all of
    them) and `code` (the first). unknown_currencies: rows whose currency nobody knows; they are kept without it.
    """
    names = [column.name for column in terms.table.columns]
    derived = [name for name in names if name in terms.derived and name not in delivered]
    promises = [*_promises_broken(terms), *_in_the_future(terms)]
    reasons = [*_not_converted(terms), *promises]
    is_bad = [*_without_value(terms), *(condition for condition, _ in promises)]
    statements = filled(
        __file__,
        "judged.sql",
        said=", ".join(f"{_said(terms, name, delivered)} AS {quoted(name)}" for name in names),
        typed=", ".join(f"{_typed(terms, name)} AS {quoted(name)}" for name in names if name not in derived),
        derived="".join(f", {_derived(terms, name)} AS {quoted(name)}" for name in derived),
        columns=column_list(names),
        is_bad=" OR ".join(f"({condition})" for condition in is_bad),
        is_unknown=_has_unknown_currency(terms, delivered),
        reasons=", ".join(f"CASE WHEN {condition} THEN {text(why)} END" for condition, why in reasons),
    )
    connection.execute(statements)


def _said(terms: Terms, name: str, delivered: tuple[str, ...]) -> str:
    if name not in delivered:
        return "CAST(NULL AS VARCHAR)"
    return convert.said(terms.table.column(name), f"_landed_row.{quoted(name)}")


def _has_unknown_currency(terms: Terms, delivered: tuple[str, ...]) -> str:
    known = [column for column in terms.table.columns if convert.is_currency(column) and column.name in delivered]
    said = [(column, _said(terms, column.name, delivered)) for column in known]
    unknown = [f"({it} IS NOT NULL AND {convert.typed(column, it, terms.zone)} IS NULL)" for column, it in said]
    return " OR ".join(unknown) or "FALSE"


def _typed(terms: Terms, name: str) -> str:
    return convert.typed(terms.table.column(name), f"_said_row.{quoted(name)}", terms.zone)


def _derived(terms: Terms, name: str) -> str:
    return convert.local_date(quoted(terms.derived[name]), terms.zone)


def _without_value(terms: Terms) -> list[str]:
    """For each column that can refuse a text: that a text is there and no value came of it."""
    names = [quoted(column.name) for column in terms.table.columns if convert.refusals(column, "")]
    return [f"{name} IS NULL AND _said.{name} IS NOT NULL" for name in names]


def _not_converted(terms: Terms) -> list[tuple[str, str]]:
    """Condition over `typed` and reason of each way not to be converted; exactly one holds where one does."""
    found = []
    for column in terms.table.columns:
        said = f"_said.{quoted(column.name)}"
        before = f"{quoted(column.name)} IS NULL AND {said} IS NOT NULL"
        for refusal in convert.refusals(column, said):
            found.append((f"{before} AND {refusal.condition}", refusal.reason))
            before += f" AND NOT {refusal.condition}"
    return found


def _promises_broken(terms: Terms) -> list[tuple[str, str]]:
    """Row promises of severity *stop*; a value that could not be converted is not called missing as well."""
    found = []
    for broken in spoken.breaks(terms.table, Severity.STOP):
        origin = terms.derived.get(broken.column.name, broken.column.name)
        unsaid = f" AND _said.{quoted(origin)} IS NULL AND _said.{quoted(broken.column.name)} IS NULL"
        is_filled = isinstance(broken.promise, Filled)
        found.append((broken.condition + (unsaid if is_filled else ""), broken.reason))
    return found


def _in_the_future(terms: Terms) -> list[tuple[str, str]]:
    latest = spoken.literal(engine.night_end(terms.night) + FUTURE)
    instants = [column.name for column in terms.table.columns if column.type is datetime]
    return [(f"COALESCE({quoted(name)} > {latest}, FALSE)", f"{name}: in the future") for name in instants]
