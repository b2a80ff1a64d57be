"""The benchmark of choices compares what it says: both sides keep to the same limits, and the bound is one."""

import pytest

from benchmarks.choices import SIDES, offers, one_side


@pytest.mark.parametrize("has_budgets", [False, True])
def test_ours_comes_near_what_the_linear_programme_proves_and_our_bound_is_no_less(has_budgets):
    asked = offers(600, 6, has_budgets)
    assert set(SIDES) == {"ours", "HiGHS", "OR-tools"}
    mine, best = one_side("ours", asked), one_side("HiGHS", asked)
    assert 0 < mine["gain"] <= best["gain"] * (1 + 1e-9)
    assert mine["gain"] > 0.97 * best["gain"]
    assert mine["bound"] > best["gain"] * (1 - 1e-6)


def test_money_binds_where_it_is_asked():
    free, tight = (one_side("HiGHS", offers(600, 6, has_budgets))["gain"] for has_budgets in (False, True))
    assert tight < 0.999 * free
