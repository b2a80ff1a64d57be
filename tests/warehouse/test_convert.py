"""Text becomes a type exactly, or is refused with a reason; nothing is guessed (S9, S12, S13)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from expectations import fields
from expectations.words import Column
from mining_tasks.warehouse import convert

WHOLE = Column(int, "x", name="c")
EXACT = Column(Decimal, "x", name="c", decimals=4)
FLOATING = Column(float, "x", name="c")
FLAG = Column(bool, "x", name="c")
DAY = Column(date, "x", name="c")
INSTANT = Column(datetime, "x", name="c")
TEXT = Column(str, "x", name="c")
ID = Column(str, "x", name="c", pii=fields.Pii.PSEUDONYM)
CURRENCY = Column(str, "x", name="currency")
ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "Antarctica/Troll",
    "UTC",
]


@pytest.fixture(scope="module")
def engine():
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    yield connection
    connection.close()


def value(engine, column: Column, said: str | None, zone: str = "UTC"):
    query = f"SELECT {convert.typed(column, convert.said(column, 't'), zone)} FROM (SELECT CAST($said AS VARCHAR) AS t)"
    return engine.execute(query, {"said": said}).fetchall()[0][0]


def why(engine, column: Column, said: str) -> str:
    """The first reason that holds, as a row in quarantine would tell it."""
    for refusal in convert.refusals(column, "t"):
        query = f"SELECT {refusal.condition} FROM (SELECT CAST($said AS VARCHAR) AS t)"
        if engine.execute(query, {"said": said}).fetchall()[0][0]:
            return refusal.reason.removeprefix("c: ")
    raise AssertionError("no reason holds")


@given(st.integers(-(2**63), 2**63 - 1))
@example(2**53 + 1)
def test_every_64_bit_integer_is_exact(engine, number):
    assert value(engine, WHOLE, str(number)) == number


@given(st.decimals(-(10**13), 10**13, places=4))
@example(Decimal("0.0001"))
def test_every_amount_with_four_decimals_is_exact(engine, amount):
    assert value(engine, EXACT, f"{amount:f}") == amount


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_every_text_is_kept_byte_for_byte(engine, text):
    assert value(engine, TEXT, text) == text


@pytest.mark.parametrize("said", ["007", "01234", "NA", "Null", "null", "None", "+49151", "1e5", " x ", "TRUE", "0"])
def test_identifiers_stay_byte_for_byte(engine, said):
    assert value(engine, ID, said) == said


def test_an_empty_text_is_missing_unless_the_column_is_words(engine):
    assert [value(engine, column, "") for column in (WHOLE, EXACT, FLOATING, FLAG, DAY, INSTANT, ID)] == [None] * 7
    assert value(engine, TEXT, "") == ""


@pytest.mark.parametrize("said", ["100", "100.0", "12.34", "12.345", "12.3450000", "-0.5", "+7"])
def test_currencies_of_zero_two_and_three_decimals_are_exact(engine, said):
    assert value(engine, EXACT, said) == Decimal(said)


REFUSED = [
    (WHOLE, "3.7", "not a whole number"),
    (WHOLE, "3.0", "not a whole number"),
    (WHOLE, "1e3", "not a whole number"),
    (WHOLE, " 7", "not a whole number"),
    (WHOLE, "N/A", "not a whole number"),
    (WHOLE, "٣", "not a whole number"),
    (WHOLE, "0x10", "not a whole number"),
    (WHOLE, "1_000", "not a whole number"),
    (WHOLE, "1,000", "has a decimal comma or a thousands separator"),
    (WHOLE, "9223372036854775808", "too large"),
    (EXACT, "1.234,56", "has a decimal comma or a thousands separator"),
    (EXACT, "1,234.56", "has a decimal comma or a thousands separator"),
    (EXACT, "12,5", "has a decimal comma or a thousands separator"),
    (EXACT, "1 234,56", "has a decimal comma or a thousands separator"),
    (EXACT, "NaN", "not a finite number"),
    (EXACT, "-Infinity", "not a finite number"),
    (EXACT, "12.34567", "more than 4 decimals"),
    (EXACT, "0.30000000000000004", "more than 4 decimals"),
    (EXACT, "123456789012345.6", "too large"),
    (EXACT, "1e3", "not an exact decimal"),
    (EXACT, "€ 5", "not an exact decimal"),
    (EXACT, ".", "not an exact decimal"),
    (FLOATING, "nan", "not a finite number"),
    (FLOATING, "inf", "not a finite number"),
    (FLOATING, "1e999", "too large"),
    (FLOATING, "x", "not a number"),
    (FLAG, "maybe", "not true or false"),
    (FLAG, "2", "not true or false"),
    (DAY, "2026-02-30", "no such day"),
    (DAY, "01.02.2026", "not an ISO date"),
    (DAY, "2026-1-3", "not an ISO date"),
    (DAY, "infinity", "not an ISO date"),
    (DAY, "2026-01-03 10:00", "not an ISO date"),
    (DAY, "0001-01-01", "not an ISO date"),
    (INSTANT, "2026-02-30T10:00:00Z", "no such day"),
    (INSTANT, "2026-01-01", "not an ISO date and time"),
    (INSTANT, "2026-01-01T24:00:00", "not an ISO date and time"),
    (INSTANT, "2026-01-01T10:00:60Z", "not an ISO date and time"),
    (INSTANT, "1767225600", "not an ISO date and time"),
    (INSTANT, "2026-01-01 10:00 Europe/Berlin", "not an ISO date and time"),
    (INSTANT, "now", "not an ISO date and time"),
]


@pytest.mark.parametrize(("column", "said", "reason"), REFUSED, ids=lambda x: x if isinstance(x, str) else "")
def test_what_is_not_plainly_of_the_type_is_refused_with_its_reason(engine, column, said, reason):
    assert value(engine, column, said) is None
    assert why(engine, column, said) == reason


@pytest.mark.parametrize("said", ["true", "T", "YES", "1", "True"])
def test_yes_is_true(engine, said):
    assert value(engine, FLAG, said) is True


@pytest.mark.parametrize("said", ["false", "F", "No", "0"])
def test_no_is_false(engine, said):
    assert value(engine, FLAG, said) is False


@pytest.mark.parametrize("said", ["2026-03-01", "2026-03-01T00:00:00", "2026-03-01 00:00:00.000", "2026-03-01 00:00"])
def test_a_day_may_come_with_its_midnight(engine, said):
    assert value(engine, DAY, said) == date(2026, 3, 1)


@pytest.mark.parametrize(
    "said",
    [
        "2026-07-01T10:30:00Z",
        "2026-07-01 12:30:00+02:00",
        "2026-07-01T12:30:00.000000+0200",
        "2026-07-01 12:30+02",
        "2026-07-01T05:30:00-05:00",
        "2026-07-01 16:00:00+05:30",
        "2026-07-01 12:30:00 +0200",
        "2026-07-01T10:30:00 Z",
        "2026-07-01 05:30:00.000000 -05:00",
    ],
)
def test_an_offset_decides_whatever_the_zone_of_the_source(engine, said):
    for zone in ZONES:
        assert value(engine, INSTANT, said, zone) == datetime(2026, 7, 1, 10, 30, tzinfo=UTC)


def test_microseconds_are_kept_and_finer_digits_cut(engine):
    exact = datetime(2026, 7, 1, 10, 30, 0, 123456, UTC)
    assert value(engine, INSTANT, "2026-07-01T10:30:00.123456Z") == exact
    assert value(engine, INSTANT, "2026-07-01T10:30:00.123456789") == exact


@pytest.mark.parametrize("zone", ZONES)
@given(minute=st.integers(0, 366 * 24 * 60 - 1))
def test_a_local_time_is_what_rfc_5545_says_at_every_minute_of_a_year(engine, zone, minute):
    local = datetime(2026, 1, 1) + timedelta(minutes=minute)
    # in UTC: Python holds times of two zones for different where one of them came twice (PEP 495)
    said = local.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)
    assert value(engine, INSTANT, local.isoformat(sep=" "), zone) == said


CLOCK_CHANGES = [
    ("Europe/Berlin", "2026-03-29 02:30:00", "2026-03-29T01:30:00+00:00"),  # skipped: half past three in summer
    ("Europe/Berlin", "2026-10-25 02:30:00", "2026-10-25T00:30:00+00:00"),  # twice: the first, still in summer
    ("America/New_York", "2026-03-08 02:30:00", "2026-03-08T07:30:00+00:00"),
    ("America/New_York", "2026-11-01 01:30:00", "2026-11-01T05:30:00+00:00"),
    ("Australia/Lord_Howe", "2026-10-04 02:15:00", "2026-10-03T15:45:00+00:00"),
    ("Australia/Lord_Howe", "2026-04-05 01:45:00", "2026-04-04T14:45:00+00:00"),
    ("Antarctica/Troll", "2026-10-25 01:30:00", "2026-10-24T23:30:00+00:00"),  # by two hours
]


@pytest.mark.parametrize(("zone", "said", "instant"), CLOCK_CHANGES)
def test_skipped_and_doubled_local_times_follow_the_written_rule(engine, zone, said, instant):
    assert value(engine, INSTANT, said, zone) == datetime.fromisoformat(instant)


@pytest.mark.parametrize(("zone", "hours"), [("Europe/Berlin", 23), ("America/New_York", 23)])
def test_the_day_that_loses_an_hour_has_every_event_once(engine, zone, hours):
    day = date(2026, 3, 29) if zone == "Europe/Berlin" else date(2026, 3, 8)
    start = datetime.combine(day, datetime.min.time(), ZoneInfo(zone)).astimezone(UTC)
    instants = [start + timedelta(minutes=10 * n) for n in range(6 * 26)]
    inside = [
        at
        for at in instants
        if engine.execute(f"SELECT {convert.local_date('$at', zone)}", {"at": at}).fetchall()[0][0] == day
    ]
    assert len(inside) == 6 * hours


def test_known_currencies_are_kept_and_unknown_ones_become_missing(engine):
    said = ["EUR", "eur", "JPY", "KWD", "XXX", "Euro", "€", ""]
    assert [value(engine, CURRENCY, code) for code in said] == ["EUR", "EUR", "JPY", "KWD", None, None, None, None]
