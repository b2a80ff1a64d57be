"""The shelf: what a draft holds, how a partition is read, what is refused."""

import json
from datetime import timedelta

import pyarrow as pa
import pytest

import expectations
from mining_tasks.warehouse import accept, keys, shelf
from mining_tasks.warehouse.home import Home
from tests.warehouse.nights import NEXT, NIGHT, rows_of
from tests.warehouse.test_accept import enter

ORDERS = expectations.table("core_shop__orders")


def test_the_same_rows_in_any_order_make_the_same_bytes(shop_home: Home) -> None:
    rows = rows_of(ORDERS, NIGHT, 50)
    turned = rows.take(list(reversed(range(rows.num_rows))))
    assert not turned.equals(rows)
    one, other = (shelf.opened(shelf.draft(ORDERS, NIGHT, given)) for given in (rows, turned))
    assert one.files[0].read_bytes() == other.files[0].read_bytes()
    assert one.run_id == other.run_id


def test_the_same_rows_cut_into_other_batches_make_the_same_bytes(shop_home: Home) -> None:
    rows = rows_of(ORDERS, NIGHT, 50)
    readers = [pa.Table.from_batches(rows.to_batches(size)).to_reader(size) for size in (7, 50)]
    one, other = (shelf.opened(shelf.draft(ORDERS, NIGHT, reader)) for reader in readers)
    assert one.files[0].read_bytes() == other.files[0].read_bytes()


def test_another_value_makes_another_run(shop_home: Home) -> None:
    made = {shelf.opened(shelf.draft(ORDERS, NIGHT, rows_of(ORDERS, NIGHT, seed=seed))).run_id for seed in (1, 2)}
    assert len(made) == 2


def test_a_manifest_tells_what_was_read_and_how_old_it_was(shop_home: Home) -> None:
    enter(shelf.draft(ORDERS, NIGHT, rows_of(ORDERS, NIGHT)))
    accept.carry_over(NEXT, [ORDERS], "shop: it was down")
    read = shelf.read(ORDERS, NEXT)
    customers = expectations.table("core_shop__customers")
    made = shelf.opened(shelf.draft(customers, NEXT, rows_of(customers, NEXT), reads=[read]))
    assert (made.is_stale, made.data_as_of) == (True, NIGHT)
    assert made.inputs == ({"table": ORDERS.name, "night": str(NIGHT), "run_id": read.run_id},)
    manifest = json.loads((made.folder / shelf.MANIFEST).read_text())
    assert manifest["schema"].keys() == {column.name for column in customers.columns} - set(customers.contact)
    assert [file["rows"] for file in manifest["files"]] == [12]
    assert [file["name"] for file in manifest["vault"]] == ["part-0.parquet.sealed"]
    assert manifest["hash_key"] == keys.fingerprint(shop_home.hash_key())


def test_an_accepted_partition_lies_where_any_engine_finds_it(shop_home: Home) -> None:
    enter(shelf.draft(ORDERS, NIGHT, rows_of(ORDERS, NIGHT)))
    part = shelf.read(ORDERS, NIGHT)
    assert part.address == f"warehouse/core_shop__orders/night=2018-01-01/run={part.run_id}"


def test_a_read_of_a_night_never_sees_another_night(shop_home: Home) -> None:
    enter(shelf.draft(ORDERS, NIGHT, rows_of(ORDERS, NIGHT)))
    with pytest.raises(shelf.NotAccepted):
        shelf.read(ORDERS, NEXT)
    before = shelf.read_before(ORDERS, NEXT)
    assert before
    assert before.night == NIGHT
    assert shelf.read_before(ORDERS, NIGHT) is None


def test_batches_give_all_rows_in_order_a_bounded_number_at_a_time(shop_home: Home) -> None:
    rows = rows_of(ORDERS, NIGHT, 50)
    part = shelf.opened(shelf.draft(ORDERS, NIGHT, rows))
    batches = list(part.batches(rows=8))
    assert all(batch.num_rows <= 8 for batch in batches)
    assert pa.Table.from_batches(batches).equals(part.arrow())
    assert part.arrow(["order_id_shop"]).column_names == ["order_id_shop"]


def test_a_missing_value_in_a_filled_column_is_refused_when_it_is_written(shop_home: Home) -> None:
    rows = rows_of(ORDERS, NIGHT, order_id_shop=None)
    with pytest.raises(pa.ArrowInvalid, match="order_id_shop is missing in 12 of 12 rows"):
        shelf.draft(ORDERS, NIGHT, rows)


@pytest.mark.parametrize(
    "address", ["../elsewhere", "/etc", "drafts/../../x", "drafts/none/night=2018-01-01/attempt=1", "drafts/\0"]
)
def test_an_address_that_is_no_finished_draft_of_this_home_is_refused(shop_home: Home, address: str) -> None:
    with pytest.raises(ValueError, match="outside the home|no finished draft|null byte"):
        shelf.opened(address)


def test_a_night_that_is_no_longer_kept_says_so(shop_home: Home) -> None:
    enter(shelf.draft(ORDERS, NIGHT, rows_of(ORDERS, NIGHT)))
    part = shelf.read(ORDERS, NIGHT)
    part.folder.rename(part.folder.with_name("gone"))
    with pytest.raises(shelf.NotAccepted, match="no longer kept"):
        shelf.read(ORDERS, NIGHT)


def test_several_tables_are_read_as_of_one_instant_or_not_at_all(shop_home: Home) -> None:
    customers = expectations.table("core_shop__customers")
    enter(shelf.draft(ORDERS, NIGHT, rows_of(ORDERS, NIGHT)))
    with pytest.raises(shelf.NotAccepted, match="core_shop__customers not accepted"):
        shelf.read_all([ORDERS, customers], NIGHT)
    enter(shelf.draft(customers, NIGHT, rows_of(customers, NIGHT)))
    assert [part.table for part in shelf.read_all([customers, ORDERS], NIGHT)] == [customers, ORDERS]


def test_yesterdays_state_skips_nights_that_something_stood_in_for(shop_home: Home) -> None:
    enter(shelf.draft(ORDERS, NIGHT, rows_of(ORDERS, NIGHT)))
    accept.carry_over(NEXT, [ORDERS], "shop: it was down")
    before = shelf.read_before(ORDERS, NEXT + timedelta(days=1))
    assert before
    assert (before.night, before.is_stale) == (NIGHT, False)
