"""Intervals of value: how often they hold, on draws of which we know what they are."""

import numpy as np
import pytest

from mining_tasks.lifetime_value.forecast import LONG, SHORT, Forecast
from mining_tasks.lifetime_value.intervals import OPEN_TAIL, TAIL, TAILS, Intervals, Table, adjusted

ROWS = 20_000


def drawn(seed: int, nothing: float, scale: float = 1.0, negative: float = 0.0) -> np.ndarray:
    """Values of mean about 1: a share brings nothing, another sends goods back, the rest is exponential."""
    chance = np.random.default_rng(seed)
    came = np.where(chance.random(ROWS) < nothing, 0.0, chance.exponential(scale / (1 - nothing), ROWS))
    return np.where(chance.random(ROWS) < negative, -0.2, came)


def said(ratios: np.ndarray) -> Intervals:
    """One bin, one group, tails as nobody has adjusted them."""
    low, high = (tuple(np.quantile(ratios, ends).tolist()) for ends in (TAILS, 1 - np.array(TAILS)))
    table = Table((), (low,), (high,))
    usual, opened = ((TAILS.index(share),) for share in (TAIL, OPEN_TAIL))
    return Intervals({SHORT: table, LONG: table}, {SHORT: (), LONG: ()}, usual, usual, opened)


ONES = np.ones(ROWS)
FORECAST = Forecast(ONES, {SHORT: ONES, LONG: ONES}, {SHORT: ONES, LONG: ONES}, ONES)


def covered(found: Intervals, came: np.ndarray, horizon: int = SHORT) -> float:
    low, high = found.ends(FORECAST, horizon)
    return float(((came >= low) & (came <= high)).mean())


@pytest.mark.parametrize("nothing", [0.0, 0.05, 0.3, 0.7])
def test_four_of_five_come_within_wherever_an_interval_starts(nothing):
    found = said(drawn(1, nothing))
    low, _ = found.ends(FORECAST, SHORT)
    assert (low > 0).all() == (nothing < TAIL)
    assert covered(found, drawn(2, nothing)) == pytest.approx(0.8, abs=0.02)


def test_where_four_of_five_bring_nothing_both_ends_are_0():
    low, high = said(drawn(1, 0.85)).ends(FORECAST, SHORT)
    assert (low == 0).all()
    assert (high == 0).all()


@pytest.mark.parametrize("came", [{"scale": 1.4}, {"scale": 0.7}, {"negative": 0.06}])
def test_what_really_came_sets_the_ends_right(came):
    found = said(drawn(1, 0.3))
    later = drawn(3, 0.3, **came)
    assert covered(found, later) != pytest.approx(0.8, abs=0.02)
    assert covered(adjusted(found, FORECAST, drawn(2, 0.3, **came)), later) == pytest.approx(0.8, abs=0.02)


def test_a_year_takes_half_of_what_90_days_taught():
    found = said(drawn(1, 0.3))
    taught = adjusted(found, FORECAST, drawn(2, 0.3, scale=1.4))
    (before, half, whole) = (
        float(one.ends(FORECAST, horizon)[1][0]) for one, horizon in ((found, LONG), (taught, LONG), (taught, SHORT))
    )
    assert before < half < whole


def test_fewer_who_bring_nothing_than_said_lift_no_low_end():
    """Draws say a third bring nothing; one in twenty does. Only a tail beyond the third is missed by one in ten."""
    found = adjusted(said(drawn(1, 0.33)), FORECAST, drawn(2, 0.05))
    low, _ = found.ends(FORECAST, SHORT)
    assert (low == 0).all()
