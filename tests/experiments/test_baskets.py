"""Lines per order: who fills baskets is told from who buys one thing, and a shop that tells no lines loses nothing."""

import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from mining_tasks.experiments.habits import baskets, learn, mixture
from mining_tasks.experiments.habits.told import COLUMNS, Told, told_of
from tests.experiments.planted_kinds import Planted, told

FEW = Planted(700, rate=0.012, leaves=(1.0, 12.0), lines=0.1)
MANY = Planted(700, rate=0.03, leaves=(1.0, 12.0), lines=3.0)


@pytest.fixture(scope="module")
def two():
    seen, kind, _ = told((FEW, MANY))
    return seen, kind


def without(seen: Told) -> Told:
    return replace(seen, lines=np.zeros(len(seen)), price=np.zeros(len(seen)))


def sure_of(kinds: mixture.Kinds, seen: Told, kind: np.ndarray) -> float:
    """How many of those who ordered once are most likely of their own kind."""
    once = seen.frequency == 0
    most = kinds.placed(seen).shares.argmax(axis=1)
    right = (most == kind)[once].mean()
    return float(max(right, 1 - right)) if len(kinds) == 2 else 0.5


def test_who_ordered_once_is_told_by_the_lines_of_that_order(two):
    seen, kind = two
    with_lines, plain = learn.fit(seen), learn.fit(without(seen))
    assert sure_of(with_lines, seen, kind) > 0.85 > 0.75 > sure_of(plain, without(seen), kind)


def test_the_mean_of_lines_is_found_again(two):
    seen, _ = two
    means = sorted(each.fills[1] for each in learn.fit(seen).habits)
    assert means == pytest.approx([FEW.lines, MANY.lines], rel=0.15)


def test_the_gradient_is_the_slope_of_the_likelihood():
    orders, lines = np.array([1.0, 1.0, 4.0, 9.0]), np.array([1.0, 5.0, 4.0, 40.0])
    at = np.array([1.7, 0.9])
    _, slopes = baskets.scores(orders, lines, at)
    for place in range(2):
        step = np.eye(2)[place] * 1e-5
        apart = baskets.scores(orders, lines, at + step)[0] - baskets.scores(orders, lines, at - step)[0]
        assert np.allclose(apart / 2e-5, slopes[:, place], rtol=1e-5)


def test_kinds_that_never_saw_lines_read_their_card_and_look_at_none(two):
    seen, _ = two
    plain = learn.fit(without(seen))
    assert not plain.looks_at_lines
    old = mixture.of_card(json.loads(json.dumps(plain.card())))
    assert np.array_equal(old.placed(seen).shares, plain.placed(without(seen)).shares)
    assert learn.fit(seen, old).looks_at_lines, "a search does not begin at kinds that looked at less"


def test_who_has_no_lines_told_is_placed_by_all_else(two):
    seen, _ = two
    kinds = learn.fit(seen)
    placed = kinds.placed(without(seen))
    assert np.isfinite(placed.log_joint).all()
    assert np.isfinite(kinds.habits[0].expected_sales(without(seen))).all()


def facts(**columns: list[float]) -> pa.Table:
    count = len(columns["orders_count"])
    nothing = pa.array([[]] * count, pa.map_(pa.int64(), pa.int64()))
    plain = {
        **{"first_day": [17_000] * count, "first_to_last_days": [0] * count, "repeats_count": [0] * count},
        "habit_months": nothing,
        "habit_departments": nothing,
        "habit_price": [1.0] * count,
    }
    assert set(COLUMNS) <= set(plain)
    return pa.table({**plain, **columns})


def test_lines_of_orders_in_another_currency_are_left_out_by_their_share():
    rows = facts(orders_count=[4, 2, 3, 1], lines_count=[12, 1, 0, 5])
    found = told_of(rows, 17_100, np.array([2.0, 2.0, 3.0, 1.0]), np.ones(4), ("books",))
    assert found is not None
    assert found.lines.tolist() == [6, 2, 0, 5], "never less than one an order, none where none are told"
