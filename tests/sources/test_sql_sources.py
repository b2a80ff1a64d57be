"""A shop in a real database, PostgreSQL and SQLite alike: exact text, one snapshot, nothing lost without a word."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from mining_tasks.sources import sql
from mining_tasks.sources.faults import Drifted, SilentSource
from mining_tasks.warehouse.home import Home
from tests.sources import landed
from tests.sources.shops import create, extract, insert, lines, order, orders, silo, window


@pytest.fixture(params=["sqlite", "postgresql"])
def shop(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shop_home: Home
) -> Iterator[sa.Engine]:
    """An empty shop, in one database and then in the other; the connection `small_shop` leads to it."""
    url = f"sqlite:///{tmp_path / 'shop.db'}" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    monkeypatch.setenv("AIRFLOW_CONN_SMALL_SHOP", url)
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    create(engine)
    yield engine
    engine.dispose()


def ids(address: str) -> list[str]:
    return sorted(row["order_id_shop"] for row in landed.rows(address))


def test_text_comes_as_it_is_and_null_is_not_the_empty_text(shop: sa.Engine) -> None:
    texts = [
        "007",
        "NA",
        "Null",
        "+49 30 1",
        'say "hi", twice',
        "two\nlines",
        "",
        None,
        "Ærø 🙂",
        "a\\b\tc",
        "x,y",
        "''; DROP",
    ]
    insert(shop, "orders", *(order(f"o{n:02}", state=text) for n, text in enumerate(texts)))
    [address] = extract(silo(orders()), window())
    assert [row["status_code"] for row in sorted(landed.rows(address), key=lambda r: r["order_id_shop"])] == texts
    assert landed.faults(address) == []


def test_times_come_as_iso_text_and_money_to_the_cent(shop: sa.Engine) -> None:
    insert(shop, "orders", order("o1", "2026-03-29 12:00:00.123456", total="1234567890.10"))
    [address] = extract(silo(orders()), window())
    assert landed.rows(address) == [
        {
            "order_id_shop": "o1",
            "customer_id_shop": "c1",
            "ordered_at": "2026-03-29 11:00:00",
            "status_code": "paid",
            "currency": "EUR",
            "sales_amount": "1234567890.10",
            "updated_at": "2026-03-29 12:00:00.123456",
        }
    ]


def test_a_window_holds_its_start_and_not_its_end(shop: sa.Engine) -> None:
    for n, at in enumerate(("27 23:59:59.999", "28 00:00:00", "29 23:59:59.999", "30 00:00:00", "30 10:00:00")):
        insert(shop, "orders", order(f"o{n}", f"2026-03-{at}"))
    [address] = extract(silo(orders()), window(datetime(2026, 3, 28, tzinfo=UTC)))
    assert ids(address) == ["o1", "o2"]


def test_naive_times_are_of_the_source_s_zone(shop: sa.Engine) -> None:
    for n, at in enumerate(("28 23:59:59", "29 00:00:00", "29 23:59:59", "30 00:00:00")):
        insert(shop, "orders", order(f"o{n}", f"2026-03-{at}"))
    start, end = datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC)  # a day of 23 hours
    [address] = extract(silo(orders(), timezone="Europe/Berlin"), window(start, end, "Europe/Berlin"))
    assert ids(address) == ["o1", "o2"]


def test_a_row_that_does_not_say_when_it_changed_is_not_lost(shop: sa.Engine) -> None:
    insert(shop, "orders", order("o1", None), order("o2", "2026-03-01 00:00:00"))
    [address] = extract(silo(orders()), window(datetime(2026, 3, 28, tzinfo=UTC)))
    assert ids(address) == ["o1"]


def test_lines_come_with_the_order_that_changed(shop: sa.Engine) -> None:
    insert(shop, "orders", order("o1", "2026-03-01 00:00:00"), order("o2"))
    insert(
        shop,
        "order_lines",
        *({"order_id": o, "line_no": 1, "product_id": "p", "amount": "1.00"} for o in ("o1", "o2", "o3")),
    )
    [all_lines] = extract(silo(lines()), window())
    assert ids(all_lines) == ["o1", "o2", "o3"]  # the one without an order is seen, and will be set aside
    assert [row["ordered_at"] for row in landed.rows(all_lines) if row["order_id_shop"] == "o3"] == [None]
    [new_lines] = extract(silo(lines()), window(datetime(2026, 3, 28, tzinfo=UTC)))
    assert ids(new_lines) == ["o2"]


def test_a_constant_stands_in_every_row(shop: sa.Engine) -> None:
    insert(shop, "orders", order("o1"), order("o2"))
    columns = {ours: theirs for ours, theirs in orders().columns.items() if ours != "currency"}
    [address] = extract(silo(orders(columns=columns, constants={"currency": "CHF"})), window())
    assert [row["currency"] for row in landed.rows(address)] == ["CHF", "CHF"]


def test_an_empty_table_lands_empty(shop: sa.Engine) -> None:
    [address] = extract(silo(orders()), window())
    assert landed.rows(address) == []


def test_all_tables_are_read_from_one_snapshot(shop: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    insert(shop, "orders", order("o1"))
    insert(shop, "order_lines", {"order_id": "o1", "line_no": 1, "product_id": "p", "amount": "1.00"})
    with shop.begin() as database:
        if shop.dialect.name == "sqlite":  # else its writers wait for readers
            database.exec_driver_sql("PRAGMA journal_mode = WAL")
    land = sql._land
    calls = []

    def land_while_the_shop_sells(*of):
        address = land(*of)
        calls.append(address)
        insert(shop, "orders", order(f"new{len(calls)}"))
        insert(shop, "order_lines", {"order_id": "o1", "line_no": 9, "product_id": "p", "amount": "1.00"})
        return address

    monkeypatch.setattr(sql, "_land", land_while_the_shop_sells)
    first, second = extract(silo(orders(), lines()), window())
    assert len(calls) == 2
    assert ids(first) == ["o1"]
    assert [row["line_number"] for row in landed.rows(second)] == ["1"]


def test_a_column_that_went_is_named_with_those_that_are_there(shop: sa.Engine, shop_home: Home) -> None:
    with shop.begin() as database:
        database.exec_driver_sql("ALTER TABLE orders RENAME COLUMN total TO grand_total")
    with pytest.raises(Drifted, match=r"raw_shop__orders: orders.total is mapped but not there; .*grand_total"):
        extract(silo(orders()), window())
    assert not list(shop_home.landing.glob("*/*/*"))


def test_a_table_that_went_is_named_with_those_that_are_there(shop: sa.Engine) -> None:
    with pytest.raises(Drifted, match="sales is mapped but not there; the database has order_lines, orders"):
        extract(silo(orders(origin="sales")), window())


def test_a_column_that_was_added_is_reported_and_does_no_harm(
    shop: sa.Engine, caplog: pytest.LogCaptureFixture
) -> None:
    with shop.begin() as database:
        database.exec_driver_sql("ALTER TABLE orders ADD COLUMN gift_note TEXT")
    insert(shop, "orders", order("o1"))
    with caplog.at_level(logging.INFO, "goldseam.sources"):
        [address] = extract(silo(orders()), window())
    assert "orders holds columns that are not mapped: gift_note" in caplog.text
    assert ids(address) == ["o1"]


def test_columns_in_another_order_change_nothing(shop: sa.Engine) -> None:
    with shop.begin() as database:
        database.exec_driver_sql(
            "CREATE VIEW turned AS SELECT updated_at, total, currency, state, placed_at, customer_id, id FROM orders"
        )
    insert(shop, "orders", order("o1"))
    one, other = (extract(silo(orders(origin=name)), window())[0] for name in ("orders", "turned"))
    assert landed.rows(one) == landed.rows(other) != []


def test_hostile_identifiers_reach_the_database_only_as_quoted_names(shop: sa.Engine) -> None:
    with pytest.raises(Drifted):
        extract(silo(orders(origin='orders"; DROP TABLE orders;--')), window())
    insert(shop, "orders", order("o1"))
    with pytest.raises(Drifted):
        extract(silo(orders(changed='updated_at" IS NULL; DROP TABLE orders;--')), window())
    assert ids(extract(silo(orders()), window())[0]) == ["o1"]


def test_the_database_cannot_be_written_through_a_source(shop: sa.Engine) -> None:
    with pytest.raises(SilentSource), sql.snapshot(silo(orders())) as database:  # noqa: PT012  # the write is the point
        database.exec_driver_sql("DELETE FROM orders")
