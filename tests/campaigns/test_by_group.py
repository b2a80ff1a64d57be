"""What a contact changes for groups of alike customers: found where it is, shrunk where nothing is."""

import numpy as np
import pytest

from mining_tasks.campaigns import by_group, shrunk
from mining_tasks.campaigns.learners import Trial

PEOPLE = 2_400
GROUPS = np.column_stack([np.ones(3), np.eye(3)])  # of active customers, each of one group


def trial(effect: np.ndarray, seed: int = 2) -> Trial:
    dice = np.random.default_rng(seed)
    contacted = dice.random(len(effect)) < 0.6
    orders = dice.poisson(np.maximum(0.3 + effect * contacted, 0.0)).astype(float)
    return Trial(dice.normal(size=(len(effect), 3)), contacted, orders, np.full(len(effect), 0.6))


def changed(effect: np.ndarray, belongs: np.ndarray, seed: int = 2) -> by_group.Change:
    made = trial(effect, seed)
    fold = np.arange(len(effect)) % by_group.FOLDS
    campaign = np.zeros(len(effect), np.int64)
    return by_group.learnt(made, belongs, by_group.expected(made.features, campaign, made.outcome, fold))


def test_what_a_contact_changes_is_found_by_group_with_its_sign():
    kind = np.arange(PEOPLE) % 3
    truth = np.array([0.3, 0.0, -0.2])
    change, low, high = changed(truth[kind], GROUPS[kind]).said(GROUPS)
    assert change == pytest.approx(truth, abs=0.1)
    assert ((low < change) & (change < high)).all()
    assert low[0] > 0 > high[2]


def test_who_has_left_is_not_moved_and_does_not_water_down_what_moves_the_others():
    kind, active = np.arange(PEOPLE) % 3, np.where(np.arange(PEOPLE) % 2, 0.05, 0.95)
    truth = np.array([0.3, 0.0, -0.2])
    change, _, _ = changed(truth[kind] * active, GROUPS[kind] * active[:, None]).said(np.vstack([GROUPS, 0 * GROUPS]))
    assert change[:3] == pytest.approx(truth, abs=0.12)
    assert (change[3:] == 0).all()


def test_who_may_be_one_of_two_groups_gains_what_each_would_pay():
    """Half of the first group, which a contact moves and whose orders are worth 10, half of the last, which it puts off
    and which pays 150: on average it adds an order, and costs money."""
    kind = np.arange(PEOPLE) % 3
    change = changed(np.array([0.3, 0.0, -0.2])[kind], GROUPS[kind])
    unsure, worth = np.array([[1.0, 0.5, 0.0, 0.5]]), np.array([10.0, 50.0, 150.0])
    parts = unsure[:, 1:] * worth
    gained = change.said(np.column_stack([parts.sum(axis=1), parts]))[0][0]
    orders = change.said(unsure)[0][0]
    assert orders * worth[[0, 2]].mean() > 1.0
    assert gained == pytest.approx(0.5 * 0.3 * 10 - 0.5 * 0.2 * 150, abs=6)
    assert gained < -5


def test_a_contact_that_wins_some_and_puts_off_others_is_not_taken_for_one_that_changes_nothing():
    """Few customers: an effect common to all that is not there must not hide what differs, 0.32 between two groups."""
    told = []
    for seed in range(12):
        kind = np.random.default_rng(seed).integers(0, 3, 900)
        change, _, _ = changed(np.array([0.2, -0.12, 0.0])[kind], GROUPS[kind], seed).said(GROUPS)
        told.append(change[0] - change[1])
    assert 0.16 < np.mean(told) < 0.32


def test_where_nothing_is_changed_groups_hardly_differ():
    kind = np.arange(PEOPLE) % 3
    apart = [np.ptp(changed(np.zeros(PEOPLE), GROUPS[kind], seed).said(GROUPS)[0]) for seed in range(12)]
    assert np.mean(apart) < 0.04


def test_slopes_lean_on_zero_the_more_the_less_is_known():
    dice = np.random.default_rng(3)
    inputs = dice.normal(size=(4_000, 5))
    outcome = inputs @ np.array([0.2, 0.0, 0.0, 0.0, -0.1]) + dice.normal(size=4_000)
    many, few = (shrunk.fitted(inputs[:count], outcome[:count]) for count in (4_000, 60))
    assert many.mean == pytest.approx([0.2, 0.0, 0.0, 0.0, -0.1], abs=0.05)
    assert np.abs(few.mean).sum() < np.abs(np.linalg.lstsq(inputs[:60], outcome[:60], rcond=None)[0]).sum()
    assert (np.diag(few.covariance) > np.diag(many.covariance)).all()
