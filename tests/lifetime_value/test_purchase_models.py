"""The purchase models against what was published of CDNOW, and against people whose parameters we chose."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mining_tasks.experiments.habits import bg_nbd, gamma_gamma
from mining_tasks.experiments.habits.cells import Cells, cells
from mining_tasks.lifetime_value import pareto_nbd

CDNOW = Path(__file__).parents[3] / "shared" / "data" / "cdnow"


def summary(name: str) -> pd.DataFrame:
    if not CDNOW.exists():
        pytest.skip("the CDNOW data are not on this machine")
    return pd.read_csv(CDNOW / name)


@pytest.fixture
def cdnow() -> Cells:
    read = summary("cdnow_customers_summary.csv")
    return cells(read["frequency"], read["recency"], read["T"])


def test_bg_nbd_gives_the_published_figures_of_cdnow(cdnow: Cells) -> None:
    found = bg_nbd.fit(cdnow)
    assert (found.r, found.alpha, found.a, found.b) == pytest.approx((0.243, 4.414, 0.793, 2.426), rel=0.01)
    assert found.log_likelihood == pytest.approx(-9582.4, abs=0.05)
    # the worked example of Fader, Hardie and Lee: x = 2, t_x = 30.43, T = 38.86, the next 39 weeks
    example = [np.array([value]) for value in (2.0, 30.43, 38.86)]
    assert found.expected_orders(*example, 39.0)[0] == pytest.approx(1.226, abs=0.001)


def test_pareto_nbd_gives_the_published_figures_of_cdnow(cdnow: Cells) -> None:
    found = pareto_nbd.fit(cdnow)
    assert (found.r, found.alpha, found.s, found.beta) == pytest.approx((0.553, 10.578, 0.606, 11.669), rel=0.01)
    assert found.log_likelihood == pytest.approx(-9595.0, abs=0.05)


def test_gamma_gamma_gives_the_published_figures_of_cdnow() -> None:
    read = summary("cdnow_customers_summary_with_transactions.csv")
    found = gamma_gamma.fit(read["x"].to_numpy(float), read["zbar"].to_numpy(float))
    assert (found.p, found.q, found.gamma) == pytest.approx((6.25, 3.74, 15.44), rel=0.01)
    assert found.log_likelihood == pytest.approx(-4055.92, abs=0.05)


@pytest.mark.parametrize("model", [bg_nbd, pareto_nbd])
def test_the_gradient_is_the_slope_of_the_likelihood(model) -> None:
    counted = cells([0, 1, 3, 12], [0.0, 4.0, 20.0, 38.9], [39.0, 30.0, 38.0, 39.0])
    at = np.array([0.6, 9.0, 0.7, 11.0])
    _, gradient = model.log_likelihood(counted, at)
    for place, slope in enumerate(gradient):
        step = np.zeros(4)
        step[place] = 1e-5
        by_steps = model.log_likelihood(counted, at + step)[0] - model.log_likelihood(counted, at - step)[0]
        assert slope == pytest.approx(by_steps / 2e-5, rel=1e-4, abs=1e-6)


def test_customers_who_look_alike_are_counted_once() -> None:
    counted = cells([2, 0, 2], [5.0, 0.0, 5.0], [9.0, 9.0, 9.0])
    assert len(counted) == 2
    assert counted.total == 3
    assert counted.customers[counted.frequency == 2].tolist() == [2.0]


@pytest.mark.parametrize(
    ("frequency", "recency", "age", "why"),
    [
        ([1], [10.0], [9.0], "between 0 and age"),
        ([1.5], [1.0], [9.0], "whole number"),
        ([0], [1.0], [9.0], "just where"),
        ([2], [0.0], [9.0], "just where"),
        ([1], [float("nan")], [9.0], "must be numbers"),
        ([], [], [], "no customer"),
    ],
)
def test_a_history_that_cannot_be_is_refused(frequency, recency, age, why) -> None:
    with pytest.raises(ValueError, match=why):
        cells(frequency, recency, age)


def test_where_nobody_ever_leaves_the_fit_says_so() -> None:
    chance = np.random.default_rng(7)
    rate, age = chance.gamma(2.0, 0.05, 3_000), 200.0
    orders = chance.poisson(rate * age).astype(float)
    last = np.where(orders > 0, age * chance.random(3_000) ** (1 / np.maximum(orders, 1)), 0.0)  # the latest of n
    assert bg_nbd.fit(cells(orders, last, np.full(3_000, age))).is_degenerate
