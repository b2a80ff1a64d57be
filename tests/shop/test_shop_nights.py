"""The shop over two nights: every order once, money to the cent, and bad days."""

import logging
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from expectations.shop import core_shop__returns
from mining_tasks.shop import steps
from mining_tasks.sources.faults import Drifted, SilentSource
from mining_tasks.warehouse import landing, ledger, shelf
from mining_tasks.warehouse.home import Home
from mining_tasks.warehouse.receive import TooManyBadRows
from tests.sources.nights import FIRST, SECOND, asked, core, received, run
from tests.sources.shops import CREATE_LINES, CREATE_ORDERS, TYPES, insert, order

LINE_TOTALS = (
    "SELECT COUNT(*), COUNT(DISTINCT order_id), SUM(CAST(REPLACE(amount, '.', '') AS INTEGER)) FROM order_lines"
)
SMALL_SHOP = """
[shop]
kind = "sql"
connection = "small_shop"
timezone = "Europe/Berlin"
[shop.tables.orders]
from = "orders"
changed = "updated_at"
[shop.tables.orders.columns]
order_id_shop = "id"
customer_id_shop = "customer_id"
ordered_at = "placed_at"
status_code = "state"
currency = "currency"
sales_amount = "total"
updated_at = "updated_at"
"""
RETURNS = """
[shop.tables.returns]
from = "returns"
join = { table = "orders", on = { order_id = "id" } }
changed = "returned_at"
[shop.tables.returns.columns]
order_id_shop = "order_id"
line_number = "line_no"
returned_at = "returned_at"
currency = "orders.currency"
refund_amount = "refund"
updated_at = "returned_at"
"""
NIGHT = date(2026, 3, 29)


def totals(night: date) -> tuple[int, int, int]:
    lines = core("core_shop__order_lines", night)
    return (
        len(lines),
        len({line["order_id_shop"] for line in lines}),
        int(sum(line["sales_amount"] for line in lines) * 100),
    )


@pytest.fixture
def small_shop(tmp_path: Path, shop_home: Home, monkeypatch: pytest.MonkeyPatch) -> sa.Engine:
    """A shop in Berlin that knows orders alone; its texts are as its users typed them."""
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    (shop_home.path / "sources.toml").write_text(SMALL_SHOP)
    monkeypatch.setenv("AIRFLOW_CONN_SMALL_SHOP", url)
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    with engine.begin() as database:
        for statement in (CREATE_ORDERS, CREATE_LINES):
            database.exec_driver_sql(statement.format(**TYPES["sqlite"]))
    return engine


def test_two_nights_hold_every_order_once_and_the_money_to_the_cent(demo_home: Home) -> None:
    run(steps, FIRST)
    run(steps, SECOND)
    [truth] = asked(demo_home, LINE_TOTALS)
    assert truth[0] > 10_000
    assert totals(SECOND) == truth
    assert totals(FIRST)[0] < truth[0]
    [(orders, money)] = asked(demo_home, "SELECT COUNT(*), SUM(CAST(REPLACE(total, '.', '') AS INTEGER)) FROM orders")
    held = core("core_shop__orders", SECOND)
    assert (len(held), sum(row["sales_amount"] for row in held) * 100) == (orders, money)


def test_the_second_night_reads_only_what_changed_and_the_days_before(demo_home: Home) -> None:
    run(steps, FIRST)
    run(steps, SECOND)
    first, second = (received(night)["raw_shop__order_lines"][0] for night in (FIRST, SECOND))
    since = "SELECT COUNT(*) FROM order_lines JOIN orders ON id = order_id WHERE updated_at >= '2017-11-29'"
    assert 0 < second < first
    assert asked(demo_home, since) == [(second,)]


def test_the_order_of_nights_does_not_change_the_last_one(demo_home: Home) -> None:
    run(steps, SECOND)
    at_once = core("core_shop__order_lines", SECOND)
    for night in (FIRST, SECOND):
        run(steps, night)
    assert core("core_shop__order_lines", SECOND) == at_once


def test_a_shop_that_is_away_leaves_no_landing_and_yesterday_as_it_was(demo_home: Home) -> None:
    run(steps, FIRST)
    file = demo_home.path / "demo" / "shop.db"
    file.rename(file.with_suffix(".away"))
    with pytest.raises(SilentSource):
        steps.fetch(SECOND)
    assert not list(demo_home.landing.glob(f"*/night={SECOND}/*"))
    assert core("core_shop__orders", FIRST)


def test_a_renamed_column_fails_the_source_before_anything_is_received(demo_home: Home) -> None:
    with sa.create_engine(f"sqlite:///{demo_home.path / 'demo' / 'shop.db'}").begin() as shop:
        shop.exec_driver_sql("ALTER TABLE order_lines RENAME COLUMN amount TO price")
    with pytest.raises(Drifted, match="order_lines.amount is mapped but not there"):
        steps.fetch(SECOND)
    assert ledger.receipts_on(SECOND) == []


def test_a_table_that_the_shop_does_not_have_is_empty(small_shop: sa.Engine) -> None:
    insert(small_shop, "orders", order("o1"))
    landed = {landing.opened(address).table.things: landing.opened(address).rows for address in steps.fetch(NIGHT)}
    assert landed == {"orders": 1, "customers": 0, "products": 0, "order_lines": 0, "returns": 0}


def test_an_optional_table_is_empty_every_night_without_a_word_and_is_read_from_its_beginning_once_it_is_mapped(
    demo_home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        run(steps, FIRST)
    empty = shelf.read(core_shop__returns, FIRST)
    assert (empty.rows, empty.is_stale, empty.data_as_of) == (0, False, FIRST)
    assert "raw_shop__orders landed" in caplog.text
    assert [record for record in caplog.records if "returns" in record.getMessage()] == []
    with sa.create_engine(f"sqlite:///{demo_home.path / 'demo' / 'shop.db'}").begin() as shop:
        shop.exec_driver_sql("CREATE TABLE returns (order_id TEXT, line_no INTEGER, returned_at TEXT, refund TEXT)")
        shop.exec_driver_sql(
            "INSERT INTO returns SELECT order_id, line_no, MIN(placed_at), '1.50' FROM order_lines "
            "JOIN orders ON id = order_id GROUP BY order_id"
        )
    (demo_home.path / "sources.toml").write_text((demo_home.path / "sources.toml").read_text() + RETURNS)
    run(steps, SECOND)
    [(orders, before)] = asked(demo_home, "SELECT COUNT(*), SUM(returned_at < '2017-11-01') FROM returns")
    held = core("core_shop__returns", SECOND)
    assert len(held) == orders > before > 100
    assert {(row["refund_amount"], row["currency"]) for row in held} == {(Decimal("1.50"), "USD")}


def test_an_optional_table_that_is_mapped_fails_as_any_other(demo_home: Home) -> None:
    (demo_home.path / "sources.toml").write_text((demo_home.path / "sources.toml").read_text() + RETURNS)
    with pytest.raises(Drifted, match="returns is mapped but not there"):
        steps.fetch(FIRST)


def test_money_of_every_currency_is_exact_and_is_never_guessed(small_shop: sa.Engine) -> None:
    amounts = {"eur": ("EUR", "0.10"), "jpy": ("JPY", "12345"), "kwd": ("KWD", "0.001"), "refund": ("EUR", "-5.00")}
    amounts |= {
        "odd": ("XYZ", "1.00"),
        "none": (None, "2.00"),
        "comma": ("EUR", "1.234,56"),
        "dots": ("EUR", "1,234.56"),
    }
    good = [order(f"g{n}") for n in range(60)]
    insert(small_shop, "orders", *good, *(order(k, currency=c, total=t) for k, (c, t) in amounts.items()))
    address = next(a for a in steps.tidy(NIGHT, steps.fetch(NIGHT)) if "raw_shop__orders" in a)
    held = {
        row["order_id_shop"]: (row["currency"], row["sales_amount"])
        for row in shelf.opened(address).arrow().to_pylist()
    }
    assert {key: value for key, value in held.items() if not key.startswith("g")} == {
        "eur": ("EUR", Decimal("0.1000")),
        "jpy": ("JPY", Decimal("12345.0000")),
        "kwd": ("KWD", Decimal("0.0010")),
        "refund": ("EUR", Decimal("-5.0000")),
        "odd": (None, Decimal("1.0000")),
        "none": (None, Decimal("2.0000")),
    }
    assert received(NIGHT)["raw_shop__orders"] == (68, 2)


def test_an_order_lies_in_the_business_day_of_the_source_s_zone(small_shop: sa.Engine) -> None:
    placed = [
        "2026-03-28T22:59:59Z",
        "2026-03-28T23:00:00Z",
        "2026-03-29 01:59:59",
        "2026-03-29 03:00:00",
        "2026-03-29T21:59:59Z",
    ]
    insert(small_shop, "orders", *(order(f"o{n}", placed_at=at) for n, at in enumerate(placed)))
    address = next(a for a in steps.tidy(NIGHT, steps.fetch(NIGHT)) if "raw_shop__orders" in a)
    rows = sorted(shelf.opened(address).arrow().to_pylist(), key=lambda row: row["order_id_shop"])
    assert [row["order_date"].day for row in rows] == [28, 29, 29, 29, 29]
    assert rows[2]["ordered_at"] == datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC)
    assert rows[3]["ordered_at"] == datetime(2026, 3, 29, 1, tzinfo=UTC)  # the next second: 02:xx never was


def test_a_column_that_changed_its_type_stops_the_source(small_shop: sa.Engine) -> None:
    insert(small_shop, "orders", *(order(f"o{n}", total="N/A") for n in range(20)))
    with pytest.raises(TooManyBadRows):
        steps.tidy(NIGHT, steps.fetch(NIGHT))
