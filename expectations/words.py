"""The words in which promises about data are spoken. Standard library only: DAG files import this.

A table is a class decorated with `table`; its docstring says what a row is, its attributes are `Column`s.
A promise is one checkable sentence. How a promise is said to Great Expectations, Arrow, SQL, Postgres or a
reader stands in `expectations.speak`, one target per file.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
TABLE_NAME = re.compile(r"(raw|core|mined|pub)_([a-z][a-z0-9]*(?:_[a-z0-9]+)*)__([a-z0-9]+(?:_[a-z0-9]+)*)")
LONGEST_NAME = 63  # PostgreSQL cuts longer identifiers without a word
TYPES = (str, int, float, bool, Decimal, date, datetime)


class Pii(StrEnum):
    """What a column tells about a person."""

    NONE = "none"
    PSEUDONYM = "pseudonym"
    CONTACT = "contact"
    SENSITIVE = "sensitive"
    FREE_TEXT = "free text"


class Severity(StrEnum):
    """`stop`: the table is refused. `warn`: it is accepted and somebody is told."""

    STOP = "stop"
    WARN = "warn"


class BrokenContract(ValueError):
    """A contract was declared badly; the message tells all its faults at once."""


@dataclass(frozen=True, kw_only=True)
class Promise:
    """One checkable sentence. `severity` says what happens when it does not hold."""

    severity: Severity = Severity.STOP

    def sentence(self, subject: str) -> str:
        """The promise in plain English about `subject` (a column or a table name)."""
        raise NotImplementedError(type(self).__name__)


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
        if self.high is None:
            return f"{subject} is at least {self.low}"
        if self.low is None:
            return f"{subject} is at most {self.high}"
        return f"{subject} lies between {self.low} and {self.high}"


@dataclass(frozen=True)
class Matches(RowPromise):
    """Missing, or the whole text matches a regular expression that Python and RE2 read alike."""

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
class RowsNear(TablePromise):
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
class RefersTo(TablePromise):
    """Every value, where there is one, stands in a column of another table of the same night."""

    table: str
    column: str

    def sentence(self, subject: str) -> str:
        return f"{subject} stands in {self.table}.{self.column}"


@dataclass(frozen=True)
class Column:
    """One column: its type, what it means, its unit, what it tells about a person, its promises.

    `decimals`: digits after the point of a Decimal. Types are Python's: datetime is a UTC instant.
    """

    type: type
    text: str
    unit: str = ""
    pii: Pii = Pii.NONE
    promises: tuple[Promise, ...] = ()
    decimals: int = 4
    name: str = ""

    @property
    def is_filled(self) -> bool:
        """Whether a missing value breaks a stop promise."""
        return any(isinstance(p, Filled) and p.severity == Severity.STOP for p in self.promises)


@dataclass(frozen=True)
class Table:
    """A contract: everything promised about one table."""

    name: str
    text: str
    columns: tuple[Column, ...]
    owner: str
    key: tuple[str, ...]
    promises: tuple[Promise, ...] = ()
    beware: tuple[str, ...] = ()
    keep_nights: int = 30
    version: str = "1.0.0"
    month_of: str = ""
    newest_by: str = ""
    bad_rows_share: float = 0.05
    parts: tuple[str, str, str] = field(default=("", "", ""))

    @property
    def layer(self) -> str:
        return self.parts[0]

    @property
    def room(self) -> str:
        """The room that makes the table; of a published table also its family."""
        return self.parts[1]

    @property
    def things(self) -> str:
        return self.parts[2]

    @property
    def grain(self) -> str:
        """What a row is: the first sentence of the docstring."""
        return self.text.split("\n\n")[0].replace("\n", " ").strip()

    def column(self, name: str) -> Column:
        """The column of that name; raises KeyError with the names there are."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name!r}; it has {', '.join(c.name for c in self.columns)}")

    @property
    def all_promises(self) -> tuple[tuple[Column | None, Promise], ...]:
        """Every promise with its column, None where it is about the whole table; the key comes first."""
        whole = (OneRowPer(self.key), *self.promises)
        return (*((None, p) for p in whole), *((c, p) for c in self.columns for p in c.promises))


def faults(contract: Table) -> list[str]:
    """All that is wrong with a contract as declared; empty if it may be promised."""
    names = [column.name for column in contract.columns]
    found = []
    if not TABLE_NAME.fullmatch(contract.name) or len(contract.name) > LONGEST_NAME:
        found.append("its name is not {raw|core|mined|pub}_{room}__{things}")
    if not contract.text:
        found.append("it has no docstring that says what a row is")
    if not contract.columns:
        found.append("it has no columns")
    found += [f"its key {key} is no column" for key in contract.key if key not in names]
    found += [f"{ref} is no column" for ref in (contract.month_of, contract.newest_by) if ref and ref not in names]
    if not contract.key:
        found.append("it has no key")
    if not any(isinstance(promise, Rows) for promise in contract.promises):
        found.append("it does not say how many rows it has (Rows)")
    return found + [fault for column in contract.columns for fault in _column_faults(column, names)]


def _column_faults(column: Column, names: list[str]) -> list[str]:
    found = []
    if not NAME.fullmatch(column.name) or len(column.name) > LONGEST_NAME:
        found.append(f"column {column.name!r} is not lower_snake_case")
    if column.type not in TYPES:
        found.append(f"{column.name}: type {column.type!r} is none of ours")
    if not column.text:
        found.append(f"{column.name}: no text says what it means")
    for promise in column.promises:
        if isinstance(promise, NotBefore) and promise.column not in names:
            found.append(f"{column.name}: compared with {promise.column}, which is no column")
        if isinstance(promise, Matches | NotLonger | OneOf) and column.type is not str:
            found.append(f"{column.name}: {type(promise).__name__} is for text")
    return found


def table(**facts: Any) -> Callable[[type], Table]:
    """Turn a class into a contract; raises `BrokenContract` with all faults at once."""

    def declare(cls: type) -> Table:
        columns = tuple(replace(v, name=k) for k, v in _attributes(cls).items() if isinstance(v, Column))
        parts = TABLE_NAME.fullmatch(cls.__name__)
        contract = Table(
            name=cls.__name__,
            text=_dedent(cls.__doc__ or ""),
            columns=columns,
            parts=parts.groups() if parts else ("", "", ""),  # type: ignore[arg-type]
            **facts,
        )
        if found := faults(contract):
            raise BrokenContract(f"{cls.__name__}: " + "; ".join(found))
        return contract

    return declare


def _attributes(cls: type) -> dict[str, Any]:
    """The class's own attributes after those of the classes it takes columns from, in order."""
    return {name: value for base in reversed(cls.__mro__) for name, value in vars(base).items()}


def _dedent(text: str) -> str:
    first, _, rest = text.strip().partition("\n")
    return "\n".join([first, *(line.strip() for line in rest.splitlines())]).strip()
