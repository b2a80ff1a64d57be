"""How cost grows with input, on figures whose growth is known."""

import pytest

from benchmarks.growth import exponent, grown
from tests.bench.sample import step


@pytest.mark.parametrize(("power", "factor"), [(1.0, 10.0), (2.0, 10.0), (0.5, 4.0), (1.1, 100.0)])
def test_the_exponent_of_a_power_is_that_power(power, factor):
    assert exponent((2.0, 2.0 * factor**power), (500, 500 * factor)) == pytest.approx(power)


@pytest.mark.parametrize(("costs", "rows"), [((0, 1), (1, 2)), ((1, 1), (0, 2)), ((1, 2), (5, 5))])
def test_growth_without_growth_is_refused(costs, rows):
    with pytest.raises(ValueError, match="growth needs"):
        exponent(costs, rows)


def judged(before, after):
    found = grown({1_000: [before], 10_000: [after]})
    assert len(found) == 1
    return found[0]


def test_a_step_that_grows_a_tenth_faster_than_its_input_passes_and_a_little_more_does_not():
    at_bar = judged(step("a", cpu_s=2.0, rows_in=100), step("a", cpu_s=2.0 * 10**1.1, rows_in=1_000))
    above = judged(step("a", cpu_s=2.0, rows_in=100), step("a", cpu_s=2.0 * 10**1.12, rows_in=1_000))
    assert (at_bar.exponent, at_bar.is_too_fast) == (1.1, False)
    assert (above.exponent, above.is_too_fast) == (1.12, True)


def test_growth_is_over_rows_and_not_over_customers():
    assert judged(step("a", cpu_s=2.0, rows_in=100), step("a", cpu_s=8.0, rows_in=400)).exponent == 1.0


def test_what_costs_less_than_the_noise_is_not_judged_and_says_so():
    found = judged(step("a", cpu_s=0.9), step("a", cpu_s=90.0, rows_in=10_000))
    assert (found.exponent, found.why, found.is_too_fast) == (None, "under 1 s", False)


def test_imports_are_no_cost_of_the_step():
    assert judged(step("a", cpu_s=2.5, imports_s=2.0), step("a", cpu_s=90.0, rows_in=10_000)).why == "under 1 s"
    grew = judged(step("a", cpu_s=4.0, imports_s=2.0), step("a", cpu_s=22.0, imports_s=2.0, rows_in=10_000))
    assert grew.exponent == 1.0


def test_an_input_that_hardly_grew_is_not_judged():
    assert judged(step("a"), step("a", rows_in=1_400)).why == "input did not grow"
    assert judged(step("a", rows_in=0), step("a")).why == "input did not grow"


def test_a_failed_step_is_not_judged():
    assert judged(step("a"), step("a", state="failed", rows_in=10_000)).why == "failed"


def test_every_size_is_compared_with_the_next_one_alone():
    sizes = {n: [step("a", rows_in=n, cpu_s=n / 10), step("b", rows_in=n, cpu_s=n / 10)] for n in (1_000, 10, 100)}
    pairs = [(one.step, one.smaller, one.larger) for one in grown(sizes)]
    assert pairs == [("a", 10, 100), ("b", 10, 100), ("a", 100, 1_000), ("b", 100, 1_000)]
    assert grown({10: [step("a")]}) == []
