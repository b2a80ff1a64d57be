"""The kinds of promise: each one checkable sentence."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """`stop`: the table is refused. `warn`: it is accepted and somebody is told."""

    STOP = "stop"
    WARN = "warn"


@dataclass(frozen=True, kw_only=True)
class Promise:
    """One checkable sentence. `severity` says what happens when it does not hold."""

    severity: Severity = Severity.STOP

    def sentence(self, subject: str) -> str:
        """The promise in plain English about `subject` (a column or a table name)."""
        raise NotImplementedError(type(self).__name__)


class Guard:
    """A mark: the promise compares with what was usual, so a person may say that tonight is meant to differ."""


class RowPromise(Promise):
    """A promise that each row keeps or breaks by itself; a row that breaks it can be set aside."""


class TablePromise(Promise):
    """A promise about the whole table."""


@dataclass(frozen=True)
class Filled(RowPromise):
    """Never missing."""

    def sentence(self, subject: str) -> str:
        return f"{subject} is never missing"


@dataclass(frozen=True)
class OneOf(RowPromise):
    """Missing, or one of a closed list."""

    values: tuple[str, ...]

    def sentence(self, subject: str) -> str:
        return f"{subject} is one of {', '.join(f'`{value}`' for value in self.values)}"


@dataclass(frozen=True)
class Between(RowPromise):
    """Missing, or within bounds that both belong to it; None leaves a side open."""

    low: Any = None
    high: Any = None

    def sentence(self, subject: str) -> str:
        low, high = _shown(self.low), _shown(self.high)
        if self.high is None:
            return f"{subject} is at least {low}"
        if self.low is None:
            return f"{subject} is at most {high}"
        return f"{subject} lies between {low} and {high}"


@dataclass(frozen=True)
class Matches(RowPromise):
    """Missing, or the whole text matches a regular expression that Python and RE2 read alike.

    Groups that capture are refused (`(?:a|b)`, not `(a|b)`): pandas warns of them.
    """

    pattern: str

    def sentence(self, subject: str) -> str:
        return f"{subject} matches `{self.pattern}`"


@dataclass(frozen=True)
class NotLonger(RowPromise):
    """Missing, or a text of at most so many characters."""

    characters: int

    def sentence(self, subject: str) -> str:
        return f"{subject} has at most {self.characters} characters"


@dataclass(frozen=True)
class NotBefore(RowPromise):
    """Missing, or not earlier than another column of the same row."""

    column: str

    def sentence(self, subject: str) -> str:
        return f"{subject} is not before {self.column}"


@dataclass(frozen=True)
class MostlyFilled(TablePromise):
    """A column may be missing in some rows, not in most."""

    share: float

    def sentence(self, subject: str) -> str:
        return f"{subject} is filled in at least {self.share:.0%} of rows"


@dataclass(frozen=True)
class OneRowPer(TablePromise):
    """The columns are a key of the whole table."""

    columns: tuple[str, ...]

    def sentence(self, subject: str) -> str:
        return f"{subject} has one row per {' and '.join(self.columns)}"


@dataclass(frozen=True)
class Rows(TablePromise):
    """How many rows the table has; every table says it, since an empty one passes most rules."""

    at_least: int = 1
    at_most: int | None = None

    def sentence(self, subject: str) -> str:
        upper = "" if self.at_most is None else f" and at most {self.at_most:,}"
        return f"{subject} has at least {self.at_least:,}{upper} rows"


@dataclass(frozen=True)
class RowsNear(TablePromise, Guard):
    """The row count stays near the median of the last accepted nights; the first night passes."""

    down_share: float = 0.30  # P1 of our reliability cases: -31 % is refused, -30 % passes
    up_share: float = 1.00  # P1: +101 % is refused
    nights: int = 14

    def sentence(self, subject: str) -> str:
        return (
            f"{subject} has at most {self.down_share:.0%} fewer and {self.up_share:.0%} more rows "
            f"than the median of its last {self.nights} nights"
        )


@dataclass(frozen=True)
class Steady(TablePromise, Guard):
    """A column says of nearly every key what it said on the last accepted night; the first night passes.

    Keys that were not there before do not count. A few changes are always fine: small tables have large shares.
    """

    moved_share: float = 0.01
    moved_rows: int = 50

    def sentence(self, subject: str) -> str:
        return (
            f"{subject} is another than on the last night in at most {self.moved_share * 100:g} % of rows "
            f"known then, or in {self.moved_rows} of them"
        )


@dataclass(frozen=True)
class RefersTo(TablePromise):
    """Every value, where there is one, stands in a column of another table of the same night."""

    table: str
    column: str

    def sentence(self, subject: str) -> str:
        return f"{subject} stands in {self.table}.{self.column}"


@dataclass(frozen=True)
class Consented(TablePromise):
    """Missing, or a channel to which the customer of the row consents, by the newest consents accepted of any night.

    The strictest of her contacts counts: one no is a no, and so is never having been asked.
    """

    customer: str = "customer_id"

    def sentence(self, subject: str) -> str:
        return f"{subject} is a channel to which {self.customer} consents, as last known"


def _shown(bound: Any) -> str:
    """A bound for people: `2100-01-01 00:00 UTC`."""
    if not isinstance(bound, datetime):
        return str(bound)
    return f"{bound.replace(tzinfo=bound.tzinfo or UTC).astimezone(UTC):%Y-%m-%d %H:%M} UTC"
