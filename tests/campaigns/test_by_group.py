"""Groups of alike customers and what a contact changes for them: found where they are, shrunk where nothing is."""

import numpy as np
import pytest

from mining_tasks.campaigns import by_group, groups, shrunk
from mining_tasks.campaigns.groups import Habits
from mining_tasks.campaigns.learners import Trial

PEOPLE = 2_400


def habits(seed: int = 1) -> tuple[Habits, np.ndarray]:
    """A third buys of each of three departments; the third third often and for much."""
    dice = np.random.default_rng(seed)
    kind = np.arange(PEOPLE) % 3
    orders = 1 + dice.poisson(np.choose(kind, [2.0, 4.0, 12.0])).astype(float)
    mix = np.array([dice.multinomial(2 * n, np.where(np.arange(3) == k, 0.8, 0.1))
                    for n, k in zip(orders.astype(int), kind, strict=True)], float)  # fmt: skip
    money = np.log(np.choose(kind, [10.0, 20.0, 120.0])) + dice.normal(0, 0.4, PEOPLE) / np.sqrt(orders)
    sizes = np.column_stack([money, np.full(PEOPLE, 0.7)])
    return Habits(mix / 2, orders, np.full(PEOPLE, 360.0), sizes), kind


def trial(effect: np.ndarray, seed: int = 2) -> Trial:
    dice = np.random.default_rng(seed)
    contacted = dice.random(len(effect)) < 0.6
    orders = dice.poisson(np.maximum(0.3 + effect * contacted, 0.0)).astype(float)
    return Trial(dice.normal(size=(len(effect), 3)), contacted, orders, np.full(len(effect), 0.6))


def changed(effect: np.ndarray, belongs: np.ndarray) -> by_group.Change:
    made = trial(effect)
    fold = np.arange(len(effect)) % by_group.FOLDS
    campaign = np.zeros(len(effect), np.int64)
    return by_group.learnt(made, belongs, by_group.expected(made.features, campaign, made.outcome, fold))


def test_those_who_buy_alike_come_into_the_same_groups():
    seen, kind = habits()
    belongs = groups.found(seen).memberships(seen)
    assert belongs.sum(axis=1) == pytest.approx(1.0)
    place = belongs.argmax(axis=1)
    purest = sum(np.bincount(kind[place == one], minlength=3).max() for one in np.unique(place))
    assert purest > 0.95 * PEOPLE


def test_the_same_customers_give_the_same_groups():
    seen, _ = habits()
    first, again = (groups.found(seen) for _ in range(2))
    assert (first.mix == again.mix).all()


def test_who_never_ordered_belongs_to_all_groups_by_their_size():
    seen, _ = habits()
    made = groups.found(seen)
    nobody = Habits(np.zeros((1, 3)), np.zeros(1), np.full(1, 30.0), np.full((1, 2), np.nan))
    assert made.memberships(nobody)[0] == pytest.approx(made.share)


def test_few_customers_are_one_group():
    seen, _ = habits()
    assert len(groups.found(seen.rows(np.arange(50))).share) == 1
    assert len(groups.found(seen.rows(np.arange(0))).share) == 1


def test_what_a_contact_changes_is_found_by_group_with_its_sign():
    _, kind = habits()
    truth = np.array([0.3, 0.0, -0.2])
    change, low, high = changed(truth[kind], np.eye(3)[kind]).said(np.eye(3))
    assert change == pytest.approx(truth, abs=0.1)
    assert ((low < change) & (change < high)).all()
    assert low[0] > 0 > high[2]


def test_where_nothing_is_changed_groups_hardly_differ():
    _, kind = habits()
    change, _, _ = changed(np.zeros(PEOPLE), np.eye(3)[kind]).said(np.eye(3))
    assert np.ptp(change) < 0.06


def test_slopes_lean_on_zero_the_more_the_less_is_known():
    dice = np.random.default_rng(3)
    inputs = dice.normal(size=(4_000, 5))
    outcome = inputs @ np.array([0.2, 0.0, 0.0, 0.0, -0.1]) + dice.normal(size=4_000)
    many, few = (shrunk.fitted(inputs[:count], outcome[:count]) for count in (4_000, 60))
    assert many.mean == pytest.approx([0.2, 0.0, 0.0, 0.0, -0.1], abs=0.05)
    assert np.abs(few.mean).sum() < np.abs(np.linalg.lstsq(inputs[:60], outcome[:60], rcond=None)[0]).sum()
    assert (np.diag(few.covariance) > np.diag(many.covariance)).all()
