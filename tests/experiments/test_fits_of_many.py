"""Fits over very many customers: by a sample first, and the same maximum as the plain search over all of them."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks import purchases
from mining_tasks.experiments.habits import bg_nbd, sampled
from mining_tasks.experiments.habits import cells as counting
from mining_tasks.experiments.habits.bg_nbd_sums import Sums
from mining_tasks.experiments.habits.cells import Cells, cells
from mining_tasks.experiments.habits.maximise import maximum
from mining_tasks.lifetime_value import pareto_nbd

CDNOW = Path(__file__).parents[3] / "shared" / "data" / "cdnow" / "cdnow_customers_summary.csv"
SHAPES = [(0.243, 30.9, 0.793, 2.426), (3.0, 60.0, 0.2, 1.5), (0.1, 5.0, 2.0, 2.0), (2.0, 400.0, 3.0, 1.0)]


def cdnow() -> Cells:
    if not CDNOW.exists():
        pytest.skip("the CDNOW data are not on this machine")
    read = pd.read_csv(CDNOW)
    return cells(read["frequency"], read["recency"], read["T"])


@pytest.fixture
def searched(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Over how many customers each plain search went."""
    seen: list[float] = []

    def noted(log_likelihood, names, customers, start=None):  # type: ignore[no-untyped-def]
        seen.append(customers)
        return maximum(log_likelihood, names, customers, start)

    monkeypatch.setattr(sampled, "maximum", noted)
    return seen


def same_as_a_search_over_all(counted: Cells) -> None:
    found = bg_nbd.fit(counted)
    plain = maximum(lambda at: bg_nbd.log_likelihood(counted, at), bg_nbd.NAMES, counted.total)
    assert (found.r, found.alpha, found.a, found.b) == pytest.approx(plain.parameters, rel=1e-4)
    assert found.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-3)


@pytest.mark.parametrize("shape", SHAPES)
def test_by_a_sample_first_the_maximum_is_that_of_all(
    shape: tuple[float, ...], searched: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purchases, "PARAMETERS", shape)
    monkeypatch.setattr(sampled, "SAMPLE", 20_000)
    same_as_a_search_over_all(cells(*purchases.people(60_000).values()))
    assert searched == [pytest.approx(20_000, abs=1)]  # never over all


def test_cdnow_many_times_over_has_the_maximum_of_cdnow(searched: list[float]) -> None:
    once = cdnow()
    many = Cells(once.frequency, once.recency, once.age, once.customers * 50)
    same_as_a_search_over_all(many)
    assert searched == [pytest.approx(sampled.SAMPLE, abs=1)]
    assert bg_nbd.fit(many).alpha == pytest.approx(bg_nbd.fit(once).alpha, rel=1e-4)


def test_few_customers_are_searched_all_at_once(searched: list[float]) -> None:
    few = cells(*purchases.people(3_000).values())
    same_as_a_search_over_all(few)
    assert searched == [3_000.0]


def test_where_nobody_leaves_the_sample_is_no_guide_and_the_fit_still_says_so(searched: list[float]) -> None:
    chance = np.random.default_rng(7)
    orders = chance.poisson(chance.gamma(2.0, 0.05, 150_000) * 200.0).astype(float)
    last = np.where(orders > 0, np.ceil(200.0 * chance.random(150_000) ** (1 / np.maximum(orders, 1))), 0.0)
    counted = cells(orders, last, np.full(150_000, 200.0))
    assert bg_nbd.fit(counted).is_degenerate
    assert searched == [pytest.approx(sampled.SAMPLE, abs=1), 150_000.0]


def test_pareto_nbd_by_a_sample_first_is_that_of_all(searched: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    counted = cells(*purchases.people(60_000).values())
    plain = pareto_nbd.fit(counted)
    monkeypatch.setattr(sampled, "SAMPLE", 20_000)
    found = pareto_nbd.fit(counted)
    assert searched == [60_000.0, pytest.approx(20_000, abs=1)]
    assert (found.r, found.alpha, found.s, found.beta) == pytest.approx(
        (plain.r, plain.alpha, plain.s, plain.beta), rel=1e-3
    )
    assert found.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-3)


@pytest.mark.parametrize("parameters", [*SHAPES, (0.01, 1e5, 1e-5, 1e5), (90.0, 0.01, 500.0, 0.001)])
def test_sums_are_those_of_the_customers_one_by_one(parameters: tuple[float, ...]) -> None:
    counted = cells(*purchases.people(20_000).values())
    value, gradient = Sums(counted)(np.array(parameters))
    plain, slopes = bg_nbd.log_likelihood(counted, np.array(parameters))
    assert value == pytest.approx(plain, rel=1e-11)
    assert gradient == pytest.approx(slopes, rel=1e-9, abs=1e-6)


def test_whole_and_broken_numbers_are_counted_alike() -> None:
    told = [column[:20_000] for column in purchases.people(20_000).values()]
    packed, plain = counting._of_whole_numbers(*told), counting._of_any_numbers(*told)
    assert packed is not None
    assert len(packed) > 1_000
    for name in ("frequency", "recency", "age", "customers"):
        assert np.array_equal(getattr(packed, name), getattr(plain, name)), name


@pytest.mark.parametrize("days", [0.5, 2.0**40])
def test_numbers_that_do_not_fit_into_one_are_counted_as_they_are(days: float) -> None:
    told = [np.array([2.0, 0.0, 2.0]), np.array([days, 0.0, days]), np.array([2 * days] * 3)]
    assert counting._of_whole_numbers(*told) is None
    counted = cells(*told)
    assert sorted(counted.customers.tolist()) == [1.0, 2.0]
    assert counted.recency.max() == days


def test_columns_of_unlike_length_are_refused() -> None:
    with pytest.raises(ValueError, match="of one length"):
        cells([1, 2], [1.0], [9.0, 9.0])


def test_a_sample_has_the_ages_of_all() -> None:
    counted = cells(*purchases.people(60_000).values())
    few = sampled.sample(counted, 20_000)
    assert few.total == pytest.approx(20_000, abs=1)
    assert np.average(few.age, weights=few.customers) == pytest.approx(
        np.average(counted.age, weights=counted.customers), rel=1e-3
    )
