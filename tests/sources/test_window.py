"""S12: business days at the changes of the clocks, and which of them a night reads."""

from datetime import UTC, date, datetime, timedelta

import pytest

from expectations.shop import core_shop__orders, raw_shop__orders
from mining_tasks.sources.settings import Silo
from mining_tasks.sources.window import business_day, window
from mining_tasks.warehouse import ledger
from mining_tasks.warehouse.home import Home

CHANGES = [
    ("Europe/Berlin", date(2026, 3, 29), 23),
    ("Europe/Berlin", date(2026, 10, 25), 25),
    ("America/New_York", date(2026, 3, 8), 23),
    ("America/New_York", date(2026, 11, 1), 25),
    ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
    ("Asia/Beirut", date(2026, 3, 29), 23),  # the clocks jump at midnight: the day has no 00:00
    ("UTC", date(2026, 3, 29), 24),
]


def shop(zone: str, look_back_days: int = 0) -> Silo:
    return Silo(name="shop", kind="sql", timezone=zone, tables=(), look_back_days=look_back_days)


def accept(table: str, night: date, is_carried_over: bool = False, rows: int = 1) -> None:
    facts = {"table_name": table, "night": night, "run_id": "r", "folder": "f", "data_as_of": night, "attempt": 1}
    with ledger.transaction() as connection:
        connection.execute(
            ledger.acceptances.insert().values(
                **facts, is_stale=is_carried_over, is_carried_over=is_carried_over, rows=rows, bytes=1
            )
        )


@pytest.mark.parametrize(("zone", "night", "hours"), CHANGES)
def test_a_business_day_has_as_many_hours_as_the_clocks_gave_it(zone: str, night: date, hours: float) -> None:
    start, end = business_day(night, zone)
    assert end - start == timedelta(hours=hours)


@pytest.mark.parametrize(("zone", "night", "_hours"), CHANGES)
def test_days_follow_each_other_without_gap_or_overlap(zone: str, night: date, _hours: float) -> None:
    days = [business_day(night + timedelta(days=n), zone) for n in range(-3, 4)]
    assert all(before[1] == after[0] for before, after in zip(days[:-1], days[1:], strict=True))
    assert all(end - start >= timedelta(hours=23) for start, end in days)


@pytest.mark.parametrize(("zone", "night", "hours"), CHANGES)
def test_every_minute_around_a_clock_change_lies_in_one_window(
    zone: str, night: date, hours: float, shop_home: Home
) -> None:
    windows = []
    for n in range(-2, 3):
        windows.append(window(shop(zone), raw_shop__orders, night + timedelta(days=n)))
        accept("core_shop__orders", night + timedelta(days=n))
    first = windows[0].end
    minutes = int((windows[-1].end - first) / timedelta(minutes=1))
    assert minutes == (3 * 24 + hours) * 60
    for minute in range(0, minutes, 7):
        at = first + timedelta(minutes=minute)
        assert sum(w.holds(at) for w in windows) == 1


def test_the_first_load_takes_everything_before_the_end_of_the_night(shop_home: Home) -> None:
    asked = window(shop("Europe/Berlin", 3), raw_shop__orders, date(2026, 3, 29))
    assert asked.start is None
    assert asked.first_day is None
    assert asked.end == datetime(2026, 3, 29, 22, tzinfo=UTC)
    assert asked.holds(datetime(1990, 1, 1, tzinfo=UTC))


def test_the_window_begins_look_back_days_before_the_last_night_that_was_merged(shop_home: Home) -> None:
    accept("core_shop__orders", date(2026, 10, 20))
    asked = window(shop("Europe/Berlin", 3), raw_shop__orders, date(2026, 10, 25))
    assert asked.start == datetime(2026, 10, 17, 22, tzinfo=UTC)
    assert asked.first_day == date(2026, 10, 18)
    assert asked.end == datetime(2026, 10, 25, 23, tzinfo=UTC)


def test_a_night_whose_rows_were_received_but_not_merged_is_read_again(shop_home: Home) -> None:
    accept(core_shop__orders.name, date(2026, 10, 20))
    accept(raw_shop__orders.name, date(2026, 10, 24))
    accept(core_shop__orders.name, date(2026, 10, 24), is_carried_over=True)
    asked = window(shop("UTC"), raw_shop__orders, date(2026, 10, 25))
    assert asked.start == datetime(2026, 10, 21, tzinfo=UTC)


def test_running_an_old_night_again_does_not_look_at_later_ones(shop_home: Home) -> None:
    for day in (20, 24):
        accept("core_shop__orders", date(2026, 10, day))
    asked = window(shop("UTC"), raw_shop__orders, date(2026, 10, 24))
    assert (asked.start, asked.end) == (datetime(2026, 10, 21, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC))


def test_a_time_without_a_zone_is_read_in_the_zone_of_the_source(shop_home: Home) -> None:
    accept("core_shop__orders", date(2026, 10, 24))
    asked = window(shop("Europe/Berlin"), raw_shop__orders, date(2026, 10, 25))
    for naive, is_inside in [("2026-10-24T23:59", False), ("2026-10-25T00:00", True), ("2026-10-25T02:30", True)]:
        assert asked.holds(datetime.fromisoformat(naive)) is is_inside
    assert asked.naive(asked.end) == datetime(2026, 10, 26)


def test_a_picture_without_a_row_is_read_from_its_beginning(shop_home: Home) -> None:
    accept("core_shop__orders", date(2026, 10, 19))
    accept("core_shop__orders", date(2026, 10, 20), rows=0)
    assert window(shop("Europe/Berlin", 3), raw_shop__orders, date(2026, 10, 21)).start is None
