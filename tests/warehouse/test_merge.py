"""Tonight's state is the newest of all that came, in whatever order it came; a night costs what changed (S10, S11)."""

import logging
import shutil
from dataclasses import replace
from datetime import date

import pytest

import expectations
from expectations.crm import core_crm__contacts, raw_crm__contacts
from expectations.shop import core_shop__orders, core_shop__products, raw_shop__orders, raw_shop__products
from expectations.words import Column
from mining_tasks.warehouse import ledger, shelf, unsealed
from mining_tasks.warehouse.accept import accept, carry_over
from mining_tasks.warehouse.home import home
from mining_tasks.warehouse.merge import merge
from mining_tasks.warehouse.shelf import NotAccepted
from tests.warehouse.landings import loaded, night_of, take_in

FIRST, SECOND, THIRD = date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3)


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("GOLDSEAM_HOME", str(tmp_path))
    home().make_keys()
    (tmp_path / "sources.toml").write_text('[shop]\ntimezone = "UTC"\n')


def order(number: object, day: str = "2026-02-10", updated: str = "2026-03-01 10:00:00", **said: str | None):
    plain = {"ordered_at": f"{day} 09:00:00", "updated_at": updated, "sales_amount": "1.00", "currency": "EUR"}
    return {"order_id_shop": str(number), **plain, **said}


def contact(number: object, city: str, updated: str):
    return {"contact_id_crm": str(number), "city": city, "updated_at": f"2026-{updated} 10:00:00"}


def orders_on(night: date, *rows) -> dict[str, str]:
    """The status of each order after a whole night."""
    return {
        row["order_id_shop"]: row["status_code"] for row in night_of(raw_shop__orders, core_shop__orders, night, rows)
    }


def files(night: date) -> dict[str, int]:
    """The files of the orders' state with their inodes."""
    return {file.name: file.stat().st_ino for file in shelf.read(core_shop__orders, night).files}


def test_news_replace_what_was_known_and_the_rest_stays():
    orders_on(FIRST, order(1, status_code="new"), order(2, status_code="new"))
    later = order(2, status_code="paid", updated="2026-03-02 10:00:00")
    assert orders_on(SECOND, later, order(3, status_code="new")) == {"1": "new", "2": "paid", "3": "new"}


def test_an_older_update_that_comes_later_loses():
    orders_on(FIRST, order(1, status_code="paid", updated="2026-03-01 12:00:00"))
    assert orders_on(SECOND, order(1, status_code="new", updated="2026-03-01 11:00:00")) == {"1": "paid"}


def test_nights_in_any_order_give_the_same_state(tmp_path, monkeypatch):
    said = {
        FIRST: [contact(1, "Ulm", "02-10"), contact(2, "Bonn", "02-10"), contact(3, "Köln", "02-11")],
        SECOND: [contact(1, "Jena", "02-12"), contact(2, "Aue", "02-09"), contact(3, "Köln", "02-11")],
        THIRD: [contact(1, "Gera", "02-12"), contact(4, "Suhl", "02-12")],
    }
    states = []
    for number, order_of_news in enumerate([(FIRST, SECOND, THIRD), (THIRD, SECOND, FIRST), (SECOND, THIRD, FIRST)]):
        monkeypatch.setenv("GOLDSEAM_HOME", str(tmp_path / str(number)))
        home().make_keys()
        (tmp_path / str(number) / "sources.toml").write_text("")
        for file in ("vault.key", "vault/keyring.json") if number else ():
            (tmp_path / str(number) / file).parent.mkdir(exist_ok=True)
            shutil.copy(tmp_path / "0" / file, tmp_path / str(number) / file)
        for night, news in zip((FIRST, SECOND, THIRD), order_of_news, strict=True):
            night_of(raw_crm__contacts, core_crm__contacts, night, said[news])
        states.append(shelf.read(core_crm__contacts, THIRD).run_id)
    assert len(states) == 3
    assert len(set(states)) == 1
    told = unsealed.table(shelf.read(core_crm__contacts, THIRD))
    cities = {row["contact_id_crm"]: row["city"] for row in told.to_pylist()}
    assert cities == {"1": "Jena", "2": "Bonn", "3": "Köln", "4": "Suhl"}


def test_only_the_months_with_news_are_written():
    orders_on(FIRST, order(1, "2025-12-31"), order(2, "2026-01-01"), order(3, "2026-02-28"))
    before = files(FIRST)
    assert list(before) == ["part-2025-12.parquet", "part-2026-01.parquet", "part-2026-02.parquet"]
    orders_on(SECOND, order(4, "2026-01-31", updated="2026-03-02 10:00:00"), order(5, "2026-03-02"))
    after = files(SECOND)
    assert list(after) == [*before, "part-2026-03.parquet"]
    unchanged = [name for name in before if before[name] == after[name]]
    assert unchanged == ["part-2025-12.parquet", "part-2026-02.parquet"]
    assert shelf.read(core_shop__orders, SECOND).rows == 5


def test_a_row_that_changes_its_month_leaves_the_old_one_and_is_told(caplog):
    orders_on(FIRST, order(1, "2026-01-10", status_code="new"), order(2, "2026-01-11", status_code="new"))
    with caplog.at_level(logging.WARNING):
        found = orders_on(SECOND, order(1, "2026-02-10", updated="2026-03-02 10:00:00", status_code="moved"))
    assert found == {"1": "moved", "2": "new"}
    assert shelf.read(core_shop__orders, SECOND).rows == 2
    assert "1 keys came with another order_date" in caplog.text


def test_an_older_version_with_another_month_moves_nothing():
    orders_on(FIRST, order(1, "2026-01-10", status_code="new"))
    found = orders_on(SECOND, order(1, "2026-02-10", updated="2026-02-01 10:00:00", status_code="old"))
    assert found == {"1": "new"}
    assert [entry.rows for entry in shelf.read(core_shop__orders, SECOND).entries] == [1]


def test_a_night_without_news_is_the_same_state_as_of_tonight():
    orders_on(FIRST, order(1))
    orders_on(SECOND)
    assert files(FIRST) == files(SECOND)
    assert shelf.read(core_shop__orders, SECOND).data_as_of == SECOND


def test_a_night_whose_merge_failed_is_taken_in_by_the_next():
    orders_on(FIRST, order(1))
    take_in(raw_shop__orders, SECOND, [order(2)])
    assert set(orders_on(THIRD, order(3))) == {"1", "2", "3"}


def test_a_first_night_whose_merge_failed_is_taken_in_by_the_next():
    take_in(raw_shop__orders, FIRST, [order(1)])
    assert set(orders_on(SECOND, order(2))) == {"1", "2"}


def test_a_night_run_after_a_later_one_reaches_the_state():
    orders_on(FIRST, order(1))
    orders_on(THIRD, order(3))
    take_in(raw_shop__orders, SECOND, [order(2)])
    assert set(orders_on(date(2026, 3, 4))) == {"1", "2", "3"}


def test_a_night_after_one_that_was_carried_over_continues_from_the_last_good_state():
    orders_on(FIRST, order(1))
    carry_over(SECOND, [raw_shop__orders, core_shop__orders], "the shop did not answer")
    assert set(orders_on(THIRD, order(3))) == {"1", "3"}
    assert not shelf.read(core_shop__orders, THIRD).is_stale


def test_merging_again_gives_the_same_bytes():
    orders_on(FIRST, order(1), order(2, "2026-01-05"))
    orders_on(SECOND, order(3))
    accepted = shelf.read(core_shop__orders, SECOND)
    assert shelf.opened(merge(raw_shop__orders, core_shop__orders, SECOND)).run_id == accepted.run_id


def test_the_manifest_names_every_input():
    orders_on(FIRST, order(1))
    orders_on(SECOND, order(2))
    inputs = shelf.read(core_shop__orders, SECOND).inputs
    assert [(entry["table"], entry["night"]) for entry in inputs] == [
        ("raw_shop__orders", "2026-03-02"),
        ("core_shop__orders", "2026-03-01"),
    ]


def test_without_tonights_rows_there_is_no_state():
    with pytest.raises(NotAccepted):
        merge(raw_shop__orders, core_shop__orders, FIRST)


def test_a_first_night_without_rows_is_an_empty_draft():
    take_in(raw_shop__orders, FIRST, [])
    address = merge(raw_shop__orders, core_shop__orders, FIRST)
    assert loaded(address) == []
    assert len(shelf.opened(address).files) == 1


def test_a_new_column_rewrites_the_old_months(monkeypatch):
    orders_on(FIRST, order(1, "2026-01-10"), order(2, "2026-02-10"))
    before = files(FIRST)
    note = Column(str, "A note.", name="note")
    for old in (raw_shop__orders, core_shop__orders):
        monkeypatch.setitem(expectations.tables(), old.name, replace(old, columns=(*old.columns, note)))
    raw, core = expectations.table("raw_shop__orders"), expectations.table("core_shop__orders")
    found = night_of(raw, core, SECOND, [order(3, note="hello", updated="2026-03-02 10:00:00")])
    assert [row["note"] for row in found] == [None, None, "hello"]
    assert not set(before.values()) & set(files(SECOND).values())


def test_a_table_that_becomes_monthly_is_split(monkeypatch):
    whole = replace(core_shop__orders, month_of="")
    monkeypatch.setitem(expectations.tables(), whole.name, whole)
    night_of(raw_shop__orders, whole, FIRST, [order(1, "2026-01-10"), order(2, "2026-02-10")])
    assert list(files(FIRST)) == ["part-0.parquet"]
    monkeypatch.setitem(expectations.tables(), whole.name, core_shop__orders)
    assert set(orders_on(SECOND, order(3, "2026-02-11"))) == {"1", "2", "3"}
    assert list(files(SECOND)) == ["part-2026-01.parquet", "part-2026-02.parquet"]


def test_a_month_that_may_be_missing_is_refused():
    take_in(raw_shop__products, FIRST, [{"product_id_shop": "1", "updated_at": "2026-02-01 10:00:00"}])
    with pytest.raises(ValueError, match="decides the file of a row"):
        merge(raw_shop__products, replace(core_shop__products, month_of="brand"), FIRST)


def test_a_rerun_of_an_old_night_leaves_later_nights_alone():
    for night, number in ((FIRST, 1), (SECOND, 2), (THIRD, 3)):
        orders_on(night, order(number))
    later = shelf.read(core_shop__orders, THIRD).run_id
    accept(merge(raw_shop__orders, core_shop__orders, SECOND))
    assert shelf.read(core_shop__orders, THIRD).run_id == later
    assert ledger.accepted(core_shop__orders.name, THIRD)["run_id"] == later
