"""An interval must hold as often as it says, neither less nor more."""

import numpy as np
import pytest

from mining_tasks.experiments.intervals import covers

ROWS = 2_000
CAME = np.random.default_rng(1).normal(size=ROWS)
PEOPLE = np.arange(ROWS)


def width(by: float) -> np.ndarray:
    return np.full(ROWS, by)


def test_intervals_that_hold_as_often_as_they_say_pass():
    found = covers(CAME, -width(1.2816), width(1.2816), PEOPLE)
    assert found.holds
    assert found.found == pytest.approx(0.8, abs=0.03)


@pytest.mark.parametrize("by", [0.9, 2.0])
def test_intervals_too_narrow_or_too_wide_fail(by):
    assert not covers(CAME, -width(by), width(by), PEOPLE).holds


def test_a_value_at_the_edge_lies_inside():
    found = covers(np.zeros(ROWS), width(0), width(0), PEOPLE, asked=1.0)
    assert found.holds


def test_few_customers_are_allowed_more_chance():
    few = slice(0, 20)
    assert covers(CAME[few], -width(1.0)[few], width(1.0)[few], PEOPLE[few]).holds
    assert not covers(CAME, -width(1.0), width(1.0), PEOPLE).holds


def test_missing_or_crossed_bounds_do_not_hold():
    gap = np.where(PEOPLE == 3, np.nan, 2.0)
    for low, high in ((-width(2), gap), (gap, width(2)), (width(1), -width(1))):
        assert not covers(CAME, low, high, PEOPLE).holds
    nothing = np.array([])
    assert not covers(nothing, nothing, nothing, nothing).holds
    with pytest.raises(ValueError, match="one length"):
        covers(CAME, nothing, nothing, PEOPLE)
