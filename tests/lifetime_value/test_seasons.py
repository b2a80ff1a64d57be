"""A season of value is told from what months lie apart anyway, and what is said of the days ahead follows it."""

import json
from dataclasses import replace

import numpy as np
import pytest

from mining_tasks.experiments.habits.told import Told
from mining_tasks.lifetime_value import by_kind, later, seasons
from mining_tasks.lifetime_value.by_kind import ByKind
from tests.lifetime_value.test_later_orders import COUNT, Shop, history, ids, one_kind

EVERYBODY = np.ones((COUNT, 1))
DECEMBER, FIRST_OF_DECEMBER = 11, 18_231  # the latter in days since 1970


def told(by_month: np.ndarray) -> Told:
    """COUNT customers with an order in every month, worth by month what is told."""
    then, _ = Shop(0.5, 0.5).histories()
    assert then.told is not None
    worth = np.tile(by_month, (COUNT, 1))
    return replace(then.told, first=np.zeros(COUNT, np.int64), months=np.ones((COUNT, 12)) - np.eye(12)[0], worth=worth)


def learned(by_month: np.ndarray) -> np.ndarray:
    return seasons.learned(told(by_month), EVERYBODY)[0]


def wobbling() -> np.ndarray:
    """Months that lie apart by some per cent, as they do without any season."""
    return 1 + 0.04 * np.random.default_rng(5).standard_normal(12)


def test_a_month_far_from_the_others_is_a_season_and_the_others_are_not():
    month = wobbling()
    month[DECEMBER] = 1.5
    found = learned(month)
    others = np.delete(found, DECEMBER)
    assert 1.3 < found[DECEMBER] / np.median(others) < 1.5
    assert np.ptp(others) < np.ptp(np.delete(month, DECEMBER)) / 1.5
    assert found.mean() == pytest.approx(1.0)


def test_months_that_are_told_by_few_orders_are_as_any():
    hardly = EVERYBODY * 0.01
    month = np.ones(12)
    month[DECEMBER] = 1.5
    few = seasons.learned(told(month), hardly)[0]
    assert few[DECEMBER] - 1 < 0.3 * (learned(month)[DECEMBER] - 1)


def test_where_no_worth_is_told_or_orders_cost_money_every_month_is_as_any():
    assert learned(np.zeros(12)) == pytest.approx(1.0)
    assert learned(np.full(12, -1.0)) == pytest.approx(1.0)
    assert seasons.learned(told(np.ones(12)), np.zeros((COUNT, 1)))[0] == pytest.approx(1.0)


def test_the_season_of_orders_is_the_mean_of_their_months():
    two = np.ones((2, 12))
    two[1, DECEMBER] = 2.0
    months = np.zeros((3, 12))
    months[0, DECEMBER], months[1, [0, DECEMBER]] = 1, 1
    assert seasons.of_orders(two, months).tolist() == [[1, 2], [1, 1.5], [1, 1]]  # the last has no order


def test_the_days_ahead_have_the_season_of_the_months_in_which_orders_come():
    month = np.ones((1, 12))
    month[0, DECEMBER] = 2.0
    habits, day = one_kind().habits, FIRST_OF_DECEMBER - 1
    assert seasons.ahead(month, habits, day, 31) == pytest.approx([2.0])
    assert seasons.ahead(month, habits, day, 62) == pytest.approx([1.5])
    speeds = np.ones(12)
    speeds[DECEMBER] = 3.0
    keen = replace(habits[0], speeds=tuple(speeds.tolist()))
    assert seasons.ahead(month, (keen,), day, 62) == pytest.approx([1.75])


def model(december: float) -> ByKind:
    month = np.ones(12)
    month[DECEMBER] = december
    return ByKind(one_kind(), ((0.1, 0.3),), (1.0,), ((0.0, 1.0),), (tuple(month.tolist()),))


def test_value_and_its_draws_follow_the_season_and_json_keeps_it():
    then = history(np.ones((COUNT, 2)), FIRST_OF_DECEMBER - 1)
    plain, dear = (model(december).forecast(then) for december in (1.0, 2.0))
    share = seasons.ahead(np.array(model(2.0).seasons), one_kind().habits, FIRST_OF_DECEMBER - 1, 90)[0]
    assert share > 1.3
    assert dear.value[90] == pytest.approx(share * plain.value[90])
    assert dear.orders[90] == pytest.approx(plain.orders[90])
    drawn = model(2.0).value_draws(then, 90, 400, np.random.default_rng(2))
    assert drawn.mean() == pytest.approx(dear.value[90].mean(), rel=0.03)
    card = json.loads(json.dumps(model(2.0).card()))
    assert by_kind.of_card(card).seasons == model(2.0).seasons


def test_the_level_of_value_knows_in_which_months_later_orders_came():
    then, now = Shop(0.0, 0.0).histories()
    one = later.since(then, ids(range(COUNT)), now, ids(range(COUNT)))
    assert one is not None
    assert one.months.sum(axis=1) == pytest.approx(np.full(COUNT, 2.0))
    by_month = np.full((1, 12), 1.5)

    def said(found: later.Later) -> np.ndarray:
        return 0.3 / 1.5 * seasons.of_orders(by_month, found.months)

    assert later.levels(said, EVERYBODY, [one]) == pytest.approx([1.0], abs=0.01)


def test_a_model_is_taught_the_level_that_later_orders_had_in_their_season(monkeypatch):
    monkeypatch.setattr(by_kind.kinds_once, "fit", lambda told, before: one_kind())
    then, now = Shop(0.0, 0.3).histories()
    one = later.since(then, ids(range(COUNT)), now, ids(range(COUNT)))
    assert one is not None
    in_december, month = np.zeros((COUNT, 12)), np.ones(12)
    in_december[:, DECEMBER], month[DECEMBER] = 2.0, 1.5
    one = replace(one, months=in_december)
    made = by_kind.fit(replace(now, told=told(month)), None, [one])
    season = seasons.of_orders(np.array(made.seasons), one.months)
    assert season.mean() > 1.3
    assert made.values(one.told, season).mean() == pytest.approx(one.value.mean(), rel=0.05)
