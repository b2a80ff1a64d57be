"""The oracle of campaigns: nobody gains more within the same limits, and the limits are what it keeps."""

from itertools import product

import numpy as np
import pytest

from mining_tasks.demo.oracle import Limits, most, singles

NO_LIMITS = np.array([np.inf, np.inf])
COST = np.array([1.0, 3.0])


def by_hand(gain: np.ndarray, allowed: np.ndarray, limits: Limits) -> float:
    """The best of all assignments."""
    best = 0.0
    for choice in product(range(-1, gain.shape[1]), repeat=len(gain)):
        made = [(row, offer) for row, offer in enumerate(choice) if offer >= 0]
        counts = np.bincount([offer for _, offer in made], minlength=gain.shape[1]).astype(float)
        if all(allowed[one] for one in made) and not limits.exceeded(counts):
            best = max(best, sum(gain[one] for one in made))
    return best


@pytest.mark.parametrize("seed", range(5))
def test_without_limits_each_gets_her_best_offer_if_it_pays(seed):
    rng = np.random.default_rng(seed)
    gain, allowed = rng.normal(0, 1, (6, 2)), rng.random((6, 2)) < 0.7
    assert most(gain, allowed, Limits(NO_LIMITS, COST)) == pytest.approx(
        by_hand(gain, allowed, Limits(NO_LIMITS, COST))
    )


@pytest.mark.parametrize("seed", range(5))
def test_within_capacities_the_oracle_is_the_best_of_all_assignments(seed):
    rng = np.random.default_rng(seed)
    gain, allowed = rng.gamma(2.0, 1.0, (7, 2)), rng.random((7, 2)) < 0.8
    limits = Limits(np.array([2.0, 1.0]), COST)
    assert most(gain, allowed, limits) == pytest.approx(by_hand(gain, allowed, limits))


def test_within_a_budget_no_assignment_gains_more_than_the_oracle():
    rng = np.random.default_rng(1)
    gain, allowed = rng.gamma(2.0, 1.0, (7, 2)), np.ones((7, 2), bool)
    limits = Limits(NO_LIMITS, COST, contacts=4, budget=7.0)
    best = by_hand(gain, allowed, limits)
    assert best <= most(gain, allowed, limits) <= best + gain.max()


def test_a_single_offer_goes_to_all_allowed_or_to_as_many_as_its_limits_let():
    gain, allowed = np.array([[2.0, 1.0], [4.0, -1.0]]), np.array([[True, True], [True, True]])
    assert singles(gain, allowed, Limits(NO_LIMITS, COST)).tolist() == [6.0, 0.0]
    assert singles(gain, allowed, Limits(np.array([1.0, np.inf]), COST)).tolist() == [3.0, 0.0]
    assert singles(gain, allowed, Limits(NO_LIMITS, COST, budget=1.0)).tolist() == [3.0, 0.0]


def test_limits_know_when_they_are_exceeded_and_what_is_left():
    limits = Limits(np.array([2.0, 1.0]), COST, contacts=3, budget=5.0)
    assert limits.exceeded(np.array([2.0, 1.0])) == 0
    assert limits.exceeded(np.array([0.0, 2.0])) == 2
    left = limits.less(np.array([1.0, 0.0]))
    assert (left.contacts_each.tolist(), left.contacts, left.budget) == ([1.0, 1.0], 2.0, 4.0)
