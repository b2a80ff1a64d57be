"""Nights of a shop too small for a model, and what moves are counted from after nights that went wrong."""

from datetime import date

import pytest

import expectations
from mining_tasks.segments import steps
from mining_tasks.warehouse import ledger, publish, shelf
from mining_tasks.warehouse.home import Home
from tests.segments.shoppers import Shop, night_after, take_in

FIRST, SECOND = night_after(0), night_after(1)


@pytest.fixture
def small(shop_home: Home) -> Home:
    """Two published nights of a shop of ten buyers."""
    for night in (FIRST, SECOND):
        publish_night(night)
    return shop_home


def publish_night(night: date) -> list[dict]:
    """Publishes the night of the small shop; gives its transitions."""
    take_in(few_buyers(2, 3), night)
    steps.judge(night, steps.train(night))
    publish.publish("segments", night, steps.assign(night))
    return shelf.read(expectations.table("pub_segments__transitions"), night).arrow().to_pylist()


def test_after_a_night_that_failed_moves_are_counted_from_the_last_good_one(small: Home):
    failed, after = night_after(2), night_after(3)
    publish.keep_last_good("segments", failed, "segments: train failed")
    told = publish_night(after)
    assert {row["since_night"] for row in told} == {SECOND}
    assert sum(row["customers_count"] for row in told) == 13


def test_after_a_night_that_was_rolled_back_moves_are_counted_from_what_readers_saw(small: Home):
    publish.rollback("segments")
    told = publish_night(night_after(2))
    assert {row["since_night"] for row in told} == {FIRST}


def few_buyers(each: int, strangers: int) -> Shop:
    return Shop(each=each, strangers=strangers)


@pytest.mark.parametrize("shop", [few_buyers(2, 3), few_buyers(0, 2)], ids=["ten buyers", "no buyer"])
def test_a_shop_too_small_to_learn_from_gets_rfm_cells_and_the_reason(shop: Shop, shop_home: Home):
    take_in(shop, FIRST)
    assert steps.judge(FIRST, steps.train(FIRST)) == "no-go"
    (said,) = ledger.verdicts_on(FIRST)
    assert "are needed" in said["reasons"]
    assert "RFM cells are published instead" in said["reasons"]
    drafts = steps.assign(FIRST)
    found = shelf.opened(drafts[0]).arrow().to_pylist()
    assert len(found) == len(shop.ids)
    expected = {"rfm cells", "rule: no order"} if shop.each else {"rule: no order"}
    assert {row["score_source"] for row in found} == expected
    told = shelf.opened(drafts[1]).arrow().to_pylist()
    assert sum(row["customers_count"] for row in told) == len(shop.ids)
