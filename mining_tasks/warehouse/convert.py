"""Text to contract types, in SQL and without guessing: what is not plainly of the type is refused with a reason.

The rules:

- An empty text means *missing*, except in text columns, which keep it. Identifiers are texts, but an empty
  identifier names nobody, so it is missing too; else `007`, `NA`, `Null` and `+49…` stay byte for byte.
- Whole numbers and decimals are digits with a point: no exponents, no thousands separators, no decimal comma, no NaN.
  Decimals are exact; more digits after the point than the contract holds are refused unless they are zeros.
- Booleans are true/false, t/f, yes/no, 1/0 in any case. Dates are `YYYY-MM-DD`, with a midnight after it or none.
- Instants are ISO 8601 with `Z` or an offset. Without one they are local times of the source's zone, read as RFC 5545
  (3.3.5) says: a time that exists twice is its first occurrence, one that was skipped takes the offset before the gap.
- A currency that ISO 4217 does not know is missing; the caller counts those.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from expectations.words import Column, Pii
from mining_tasks.warehouse.currencies import KNOWN
from mining_tasks.warehouse.sql import text

UTC_ZONES = {"UTC", "Etc/UTC"}
TRUE, FALSE = "('true', 't', 'yes', '1')", "('false', 'f', 'no', '0')"
CLOCK = r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?"
DAY = r"[1-9]\d{3}-\d{2}-\d{2}"  # a year 0001 is a default value, and Python has no year 0000
OFFSET = r"(Z|[+-]([01]\d|2[0-3])(:?[0-5]\d)?)"
LOCAL_INSTANT, INSTANT = rf"{DAY}[T ]{CLOCK}", rf"{DAY}[T ]{CLOCK} ?{OFFSET}"
MIDNIGHT = r"([T ]00:00(:00(\.0+)?)?)?"
WHOLE = r"[+-]?\d+"
FLOATING = r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?"
WITH_COMMA = r"[+-]?[\d.,' ]*,[\d.,' ]*"
NOT_FINITE = r"(?i)[+-]?(nan|inf|infinity)"
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2038, 1, 1)  # what time-zone data vouch for, and as far as rules are made


@dataclass(frozen=True)
class Refusal:
    """`condition` is true for a text that is refused for `reason`; it may rely on those before it being false."""

    condition: str
    reason: str


def said(column: Column, source: str) -> str:
    """The text of `source`, NULL where it means *missing*."""
    keeps_empty = column.type is str and column.pii != Pii.PSEUDONYM and not is_currency(column)
    return source if keeps_empty else f"NULLIF({source}, '')"


def typed(column: Column, said_text: str, zone: str) -> str:
    """The value of a text in the column's type; NULL if the text is missing or refused."""
    if is_currency(column):
        return f"CASE WHEN upper({said_text}) IN ({', '.join(map(text, sorted(KNOWN)))}) THEN upper({said_text}) END"
    return said_text if column.type is str else _TYPED[column.type](column, said_text, zone)


def refusals(column: Column, said_text: str) -> list[Refusal]:
    """Why a text that is there might have no value; the last reason holds for all that is left."""
    if column.type is str:
        return []
    told = [(pattern, reason) for pattern, reason in _REASONS[column.type](column)]
    found = [Refusal(_like(said_text, pattern), f"{column.name}: {reason}") for pattern, reason in told]
    return [*found, Refusal("TRUE", f"{column.name}: {_LAST_REASON[column.type]}")]


def is_currency(column: Column) -> bool:
    """Whether unknown codes of the column become missing, as its contract says."""
    return column.name == "currency"


def local_date(instant: str, zone: str) -> str:
    """The business day of an instant in a zone."""
    return f"CAST(timezone({text(zone)}, {instant}) AS DATE)"


def _like(said_text: str, pattern: str) -> str:
    return f"regexp_full_match({said_text}, {text(pattern)})"


def _if_like(said_text: str, pattern: str, value: str) -> str:
    return f"CASE WHEN {_like(said_text, pattern)} THEN {value} END"


def _whole(_column: Column, said_text: str, _zone: str) -> str:
    return _if_like(said_text, WHOLE, f"TRY_CAST({said_text} AS BIGINT)")


def _exact(column: Column) -> str:
    return rf"[+-]?\d+(\.\d{{0,{column.decimals}}}0*)?"


def _decimal(column: Column, said_text: str, _zone: str) -> str:
    return _if_like(said_text, _exact(column), f"TRY_CAST({said_text} AS DECIMAL(18, {int(column.decimals)}))")


def _float(_column: Column, said_text: str, _zone: str) -> str:
    value = f"TRY_CAST({said_text} AS DOUBLE)"
    return f"CASE WHEN {_like(said_text, FLOATING)} AND isfinite({value}) THEN {value} END"


def _bool(_column: Column, said_text: str, _zone: str) -> str:
    return f"CASE WHEN lower({said_text}) IN {TRUE} THEN TRUE WHEN lower({said_text}) IN {FALSE} THEN FALSE END"


def _date(_column: Column, said_text: str, _zone: str) -> str:
    return _if_like(said_text, DAY + MIDNIGHT, f"TRY_CAST(left({said_text}, 10) AS DATE)")


def _instant(_column: Column, said_text: str, zone: str) -> str:
    without_gap = f"regexp_replace({said_text}, ' ([Z+-])', '\\1')"  # the engine does not read `10:00:00 +01:00`
    return (
        f"CASE WHEN {_like(said_text, LOCAL_INSTANT)} THEN {_from_local(said_text, zone)} "
        f"WHEN {_like(said_text, INSTANT)} THEN TRY_CAST({without_gap} AS TIMESTAMPTZ) END"
    )


def _from_local(said_text: str, zone: str) -> str:
    """The instant of a local time; the engine alone would take the second of two occurrences."""
    if zone in UTC_ZONES:
        return f"TRY_CAST({said_text} AS TIMESTAMPTZ)"  # the engine's own zone is UTC
    local = f"TRY_CAST({said_text} AS TIMESTAMP)"
    at = f"timezone({text(zone)}, {local})"
    earlier = [
        f"WHEN timezone({text(zone)}, {at} - INTERVAL {by} SECOND) = {local} THEN {at} - INTERVAL {by} SECOND"
        for by in set_back(zone)
    ]
    return f"CASE {' '.join(earlier)} ELSE {at} END" if earlier else at


@cache
def set_back(zone: str) -> tuple[int, ...]:
    """By how many seconds the clocks of a zone are ever set back, so that times exist twice: an hour for most, half of
    one on Lord Howe Island. Asking the engine about each costs as much as the conversion itself.
    """
    days = (LAST_DAY - FIRST_DAY).days
    midnights = (datetime.combine(FIRST_DAY + timedelta(days=day), time.min, UTC) for day in range(days))
    offsets = (int((at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()).total_seconds()) for at in midnights)
    return tuple(sorted({before - after for before, after in pairwise(offsets) if before > after}))


_TYPED: dict[type, Callable[[Column, str, str], str]] = {
    int: _whole,
    Decimal: _decimal,
    float: _float,
    bool: _bool,
    date: _date,
    datetime: _instant,
}
_NUMBER: list[tuple[str, str]] = [
    (WITH_COMMA, "has a decimal comma or a thousands separator"),
    (NOT_FINITE, "not a finite number"),
]
_REASONS: dict[type, Callable[[Column], list[tuple[str, str]]]] = {
    int: lambda _: [*_NUMBER, (WHOLE, "too large")],
    Decimal: lambda c: [*_NUMBER, (_exact(c), "too large"), (r"[+-]?\d+\.\d+", f"more than {c.decimals} decimals")],
    float: lambda _: [*_NUMBER, (FLOATING, "too large")],
    bool: lambda _: [],
    date: lambda _: [(DAY + MIDNIGHT, "no such day")],
    datetime: lambda _: [(f"{INSTANT}|{LOCAL_INSTANT}", "no such day")],
}
_LAST_REASON = {
    int: "not a whole number",
    Decimal: "not an exact decimal",
    float: "not a number",
    bool: "not true or false",
    date: "not an ISO date",
    datetime: "not an ISO date and time",
}
