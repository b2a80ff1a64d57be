"""Contracts as Great Expectations suites. Heavy: import it inside the task that checks, nowhere else."""

# mypy: disable-error-code="attr-defined"
# Great Expectations offers its rules under `expectations` without saying so in `__all__`.

from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import singledispatch
from typing import Any

import great_expectations.expectations as gxe
from great_expectations.core import ExpectationSuite
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.metadata_types import FailureSeverity

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
    OneRowPer,
    Promise,
    RefersTo,
    RowPromise,
    Rows,
    RowsNear,
    Severity,
    Steady,
    Table,
)

SEVERITIES = {Severity.STOP: FailureSeverity.CRITICAL, Severity.WARN: FailureSeverity.WARNING}
SAID_IN_SQL = (
    Consented,
    RefersTo,
    RowsNear,
    Steady,
)  # other tables, other nights: no single frame shows them


def suite(table: Table) -> ExpectationSuite:
    """Everything about a table that one frame holding all of it can show."""
    said = [said for column, promise in table.all_promises for said in spoken(promise, table, column)]
    return ExpectationSuite(name=table.name, expectations=[_columns(table), *said])


def suite_of_rows(table: Table, rows: int) -> ExpectationSuite:
    """What each row keeps or breaks by itself, for a chunk of exactly `rows` rows of a large table."""
    said = [said for c, p in table.all_promises if isinstance(p, RowPromise) for said in spoken(p, table, c)]
    sentence = f"the chunk has {rows:,} rows"
    count = gxe.ExpectTableRowCountToEqual(value=rows, description=sentence, severity=FailureSeverity.CRITICAL)
    return ExpectationSuite(name=f"{table.name}, rows", expectations=[_columns(table), count, *said])


def spoken(promise: Promise, table: Table, column: Column | None) -> list[Expectation]:
    """One promise as expectations, each with its sentence, severity and the column's text.

    Empty for the kinds that SQL checks beside the suite; raises NotImplementedError for a kind nobody knows.
    """
    if isinstance(promise, SAID_IN_SQL):
        return []
    subject = column or table
    told: dict[str, Any] = {
        "description": promise.sentence(subject.name),
        "severity": SEVERITIES[promise.severity],
        "notes": subject.text,
        "meta": {"column": column.name} if column else {},
    }
    if column is not None:
        told["column"] = column.name
    return [_say(promise, told)]


def _columns(table: Table) -> Expectation:
    """A column that is missing, or that nobody promised, is a fault of its own."""
    return gxe.ExpectTableColumnsToMatchSet(
        column_set=[column.name for column in table.columns],
        exact_match=True,
        description=shape(table),
        severity=FailureSeverity.CRITICAL,
    )


def shape(table: Table) -> str:
    """The sentence that stands for the columns of a table being all there."""
    return f"{table.name} has the columns of its contract {table.version}"


@singledispatch
def _say(promise: Promise, told: dict[str, Any]) -> Expectation:
    raise NotImplementedError(f"Great Expectations has not been taught {type(promise).__name__}: see speak/suite.py")


@_say.register
def _(promise: Filled, told: dict[str, Any]) -> Expectation:
    return gxe.ExpectColumnValuesToNotBeNull(**told)


@_say.register
def _(promise: MostlyFilled, told: dict[str, Any]) -> Expectation:
    return gxe.ExpectColumnValuesToNotBeNull(mostly=promise.share, **told)


@_say.register
def _(promise: OneOf, told: dict[str, Any]) -> Expectation:
    return gxe.ExpectColumnValuesToBeInSet(value_set=[str(value) for value in promise.values], **told)


@_say.register
def _(promise: Between, told: dict[str, Any]) -> Expectation:
    return gxe.ExpectColumnValuesToBeBetween(min_value=bound(promise.low), max_value=bound(promise.high), **told)


@_say.register
def _(promise: Matches, told: dict[str, Any]) -> Expectation:
    return gxe.ExpectColumnValuesToMatchRegex(regex=rf"\A(?:{promise.pattern})\Z", **told)


@_say.register
def _(promise: NotLonger, told: dict[str, Any]) -> Expectation:
    return gxe.ExpectColumnValueLengthsToBeBetween(max_value=promise.characters, **told)


@_say.register
def _(promise: NotBefore, told: dict[str, Any]) -> Expectation:
    return gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A=told.pop("column"),
        column_B=promise.column,
        or_equal=True,
        ignore_row_if="either_value_is_missing",
        **told,
    )


@_say.register
def _(promise: OneRowPer, told: dict[str, Any]) -> Expectation:
    if len(promise.columns) == 1:  # the compound rule refuses a single column
        return gxe.ExpectColumnValuesToBeUnique(**told | {"column": promise.columns[0]})
    told.pop("column", None)
    return gxe.ExpectCompoundColumnsToBeUnique(column_list=list(promise.columns), **told)


@_say.register
def _(promise: Rows, told: dict[str, Any]) -> Expectation:
    return gxe.ExpectTableRowCountToBeBetween(min_value=promise.at_least, max_value=promise.at_most, **told)


def bound(value: Any) -> Any:
    """A bound as pandas columns compare it: instants in UTC, days as their first instant, decimals as floats."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=value.tzinfo or UTC)
    if isinstance(value, date):
        return datetime.combine(value, time.min, UTC)
    return float(value) if isinstance(value, Decimal) else value
