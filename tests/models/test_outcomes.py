"""Did it come true? A forecaster of known honesty is told from one that is not, from fresh facts alone."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import pytest

import expectations
from mining_tasks.experiments import feedback
from mining_tasks.models import predictions, steps
from mining_tasks.warehouse import accept, ledger, shelf
from mining_tasks.warehouse.home import Home
from tests.models.foretellers import DUE, FIRST_DAY, MADE, PRICE, Shop, promised, run

SHOP = Shop()
STATE = [
    expectations.table(name)
    for name in (
        "core_customers__features",
        "core_identities__customers",
        "core_identities__links",
        "core_identities__successors",
        "core_shop__orders",
    )
]


@pytest.fixture(autouse=True)
def family(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with promised(monkeypatch):
        yield


def whole(rows: list[dict], prediction: str) -> dict:
    found = [row for row in rows if (row["prediction"], row["segment_id"], row["decile"]) == (prediction, "all", 0)]
    assert len(found) == 1
    return found[0]


def test_an_honest_forecaster_is_calibrated_and_one_a_fifth_too_high_is_not(shop_home: Home):
    SHOP.take_in(MADE)
    SHOP.foretell(MADE, factor=1.2)
    assert run(MADE) == []
    SHOP.take_in(DUE)
    rows = run(DUE)
    chance, money = whole(rows, "silence_probability"), whole(rows, "value_amount")
    assert (chance["is_within"], chance["outcome_code"], chance["is_calibrated"]) == (True, "as foretold", True)
    assert (money["is_within"], money["outcome_code"], money["is_calibrated"]) == (False, "too high", False)
    assert money["difference"] / money["came_mean"] == pytest.approx(0.2, abs=0.05)
    assert money["difference_low"] > 0
    assert chance["inside_share"] is None
    assert 0.78 < money["inside_share"] < 0.97
    deciles = [row for row in rows if row["prediction"] == "value_amount" and row["segment_id"] == "all"]
    assert sorted(row["decile"] for row in deciles) == list(range(11))
    assert sum(row["rows_count"] for row in deciles if row["decile"]) == len(SHOP.ids)


def test_nothing_is_compared_before_it_is_due_and_then_once_more_two_weeks_later(shop_home: Home):
    SHOP.take_in(MADE)
    SHOP.foretell(MADE)
    run(MADE)
    day_before, after, later = DUE - timedelta(days=1), DUE + timedelta(days=1), DUE + timedelta(days=14)
    for night in (day_before, DUE, after, later):
        SHOP.take_in(night)
    assert run(day_before) == []
    first = whole(run(DUE), "silence_probability")
    assert first["compared_night"] == DUE
    assert whole(run(after), "silence_probability") == first | {"night": after, "data_as_of": after}
    assert whole(run(later), "silence_probability")["compared_night"] == later


def test_a_source_that_failed_tonight_brings_nothing_to_maturity_until_it_is_back(shop_home: Home):
    SHOP.take_in(MADE)
    SHOP.foretell(MADE)
    run(MADE)
    accept.carry_over(DUE, STATE, "the shop is down")
    assert run(DUE) == []
    back = DUE + timedelta(days=20)
    SHOP.take_in(back)
    assert whole(run(back), "value_amount")["compared_night"] == back


def test_a_night_told_again_tells_the_same_bytes(shop_home: Home):
    SHOP.take_in(MADE)
    SHOP.foretell(MADE)
    run(MADE)
    SHOP.take_in(DUE)
    run(DUE)
    tables = ("core_models__predictions", "core_models__histograms", "pub_models__outcomes")
    first = {name: shelf.read(expectations.table(name), DUE).run_id for name in tables}
    kept = shelf.read(expectations.table("core_models__predictions"), MADE)
    run(MADE), run(DUE)
    assert {name: shelf.read(expectations.table(name), DUE).run_id for name in tables} == first
    assert kept.rows
    assert shelf.read(kept.table, MADE).run_id == kept.run_id


def test_the_gone_are_left_out_and_counted_and_of_two_that_became_one_a_single_prediction_counts(shop_home: Home):
    SHOP.take_in(MADE)
    SHOP.foretell(MADE)
    run(MADE)
    SHOP.take_in(DUE, gone=(0, 1, 2), merged={10: 11, 12: 11})
    rows = run(DUE)
    told = whole(rows, "silence_probability")
    assert (told["gone_count"], told["merged_count"], told["unreached_count"]) == (3, 2, 0)
    assert told["rows_count"] == len(SHOP.ids) - 5
    assert sum(row["gone_count"] for row in rows if row["decile"] and row["segment_id"] == "all") == 2 * 3


def test_a_merged_customer_is_compared_with_what_the_whole_person_did(shop_home: Home):
    """With one person left, what came is the sum over the accounts that are hers now."""
    few = Shop(customers=40, seed=9)
    few.take_in(MADE)
    few.foretell(MADE)
    run(MADE)
    few.take_in(DUE, merged={number: 0 for number in range(1, 40)})
    told = whole(run(DUE), "value_amount")
    first = (MADE - FIRST_DAY).days + 1
    assert (told["rows_count"], told["outcome_code"], told["is_within"]) == (1, "too few rows", None)
    assert told["came_mean"] == pytest.approx(few.orders[:, first : first + 30].sum() * PRICE)


def test_a_night_without_a_reason_keeps_nothing_and_that_of_a_promotion_does(shop_home: Home):
    monday = MADE + timedelta(days=1)
    for night in (MADE, monday):
        SHOP.take_in(night)
        SHOP.foretell(night)
    table = expectations.table("core_models__predictions")
    accept.accept(*steps.keep_predictions(monday))
    assert shelf.read(table, monday).rows == 0
    promotion = {"model": "oracle 1", "who": "tests", "why": "better", "facts": {"location": "none", "model_id": "m"}}
    ledger.note_promotion("forecasts", monday, promotion)
    accept.accept(*steps.keep_predictions(monday))
    kept = shelf.read(table, monday).arrow().to_pylist()
    assert len(kept) == 2 * len(SHOP.ids)
    assert {row["is_promotion"] for row in kept} == {True}
    deciles = Counter(row["decile"] for row in kept if row["prediction"] == "value_amount")
    assert sorted(deciles) == list(range(1, 11))
    assert max(deciles.values()) - min(deciles.values()) <= 1


def test_of_a_large_shop_a_fair_sample_is_kept_whose_deciles_are_those_of_all(
    shop_home: Home, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(predictions, "ROWS_MOST", 300)
    SHOP.take_in(MADE)
    SHOP.foretell(MADE)
    accept.accept(*steps.keep_predictions(MADE))
    kept = shelf.read(expectations.table("core_models__predictions"), MADE).arrow().to_pylist()
    chances = [row for row in kept if row["prediction"] == "silence_probability"]
    assert 250 < len(chances) < 350
    every = sorted(np.exp(-30 * SHOP.rates))
    tenth = [row["predicted"] for row in chances if row["decile"] == 1]
    assert min(tenth) >= every[-len(every) // 10 - 1]


def test_a_prediction_that_did_not_come_true_asks_for_a_new_model_on_the_next_night_and_once(shop_home: Home):
    SHOP.take_in(MADE)
    SHOP.foretell(MADE, factor=1.2)
    run(MADE)
    after = DUE + timedelta(days=1)
    for night in (DUE, after):
        SHOP.take_in(night)
        run(night)
    assert feedback.reasons("forecasts", DUE) == ()
    (reason,) = feedback.reasons("forecasts", after)
    assert reason.startswith("value_amount of 2017-06-04 did not come true: it was too high")
    assert feedback.reasons("forecasts", after + timedelta(days=1)) == ()
