"""What drifted since the model was promoted is told, and the family hears of it on the next night."""

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import pytest

import expectations
from mining_tasks.experiments import drift, feedback
from mining_tasks.models import steps
from mining_tasks.warehouse import accept, ledger, shelf
from mining_tasks.warehouse.home import Home
from tests.models.foretellers import MADE, Shop, promised, put

SHOP = Shop(customers=400)
NEXT = MADE + timedelta(days=1)
PROMOTION = {"model": "oracle 1", "who": "tests", "why": "better", "facts": {"location": "none", "model_id": "m"}}


@pytest.fixture(autouse=True)
def family(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with promised(monkeypatch):
        yield


def take_in(night, factor: float = 1.0, source: float = 1.0) -> dict[tuple[str, str], dict]:
    """A night of features and scores, and what it tells of drift."""
    facts = expectations.table("core_customers__features")
    put(shelf.draft(facts, night, SHOP.features(night, factor)))
    SHOP.foretell(night, source)
    accept.accept(*steps.keep_predictions(night))
    accept.accept(*steps.measure_drift(night))
    rows = shelf.read(expectations.table("pub_models__drift"), night).arrow().to_pylist()
    return {(row["subject_code"], row["name"]): row for row in rows if row["family"] == "forecasts"}


def test_cents_for_euros_are_told_as_drift_of_the_amounts_and_ask_for_a_new_model(shop_home: Home):
    ledger.note_promotion("forecasts", MADE, PROMOTION)
    first = take_in(MADE)
    assert len(first) > 25
    assert {row["drift_code"] for row in first.values()} == {"ok"}
    assert feedback.reasons("forecasts", NEXT) == ()
    then = take_in(NEXT, factor=100.0, source=100.0)
    assert then["feature", "sales_amount"]["drift_code"] == "retrain"
    assert then["score", "value_amount"]["drift_code"] == "retrain"
    assert then["feature", "orders_count"]["drift_code"] == "ok"
    assert then["score", "value_amount"]["since_night"] == MADE
    (reason,) = feedback.reasons("forecasts", NEXT + timedelta(days=1))
    assert "drifted since 2017-06-04: PSI" in reason


def test_a_new_champion_is_compared_with_the_night_of_its_own_promotion(shop_home: Home):
    ledger.note_promotion("forecasts", MADE, PROMOTION)
    take_in(MADE)
    ledger.note_promotion("forecasts", NEXT, PROMOTION | {"model": "oracle 2"})
    then = take_in(NEXT, factor=100.0)
    assert {(row["model"], row["since_night"], row["drift_code"]) for row in then.values()} == {
        ("oracle 2", NEXT, "ok")
    }


def test_a_shift_of_a_third_of_a_deviation_is_seen_and_chance_is_not():
    rng = np.random.default_rng(3)
    born, again, moved = rng.normal(0, 1, 20_000), rng.normal(0, 1, 20_000), rng.normal(0.3, 1, 20_000)
    then = drift.histogram(born)
    assert sum(then.counts) == 20_000
    assert len(then.cuts) == 9
    assert drift.psi(then, drift.histogram(again, then.cuts)) < 0.001
    assert 0.07 < drift.psi(then, drift.histogram(moved, then.cuts)) < 0.11  # 0.3² = 0.09 for normal values
    assert drift.ks(then, drift.histogram(moved, then.cuts)) == pytest.approx(0.119, abs=0.02)


def test_missing_values_have_a_bin_of_their_own_and_a_constant_is_no_trouble():
    then, gone = drift.histogram(np.full(500, 3.0)), np.concatenate([np.full(250, 3.0), np.full(250, np.nan)])
    now = drift.histogram(gone, then.cuts)
    assert (then.cuts, now.missing_share) == ((), 0.5)
    assert drift.code(drift.psi(then, now), drift.ks(then, now)) == "retrain"
    assert drift.psi(drift.histogram(np.empty(0)), now) == 0.0
