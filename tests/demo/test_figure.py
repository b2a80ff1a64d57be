"""A figure and its verdict: what passes, and how far a small shop may miss what is asked."""

import numpy as np
import pytest

from mining_tasks.demo.figure import CANNOT_SAY, FAIL, PASS, Figure, allowed


def test_a_number_exactly_at_its_threshold_passes_and_one_beyond_fails():
    least = Figure("shop", "x", 0.5, "at least", "share", "words")
    most = Figure("shop", "x", 0, "at most", "rows", "words")
    assert [least.of(v).verdict for v in (0.5, 0.4999, 1.0)] == [PASS, FAIL, PASS]
    assert [most.of(v).verdict for v in (0, 1)] == [PASS, FAIL]
    assert [least.of(v).verdict for v in (None, float("nan"))] == [CANNOT_SAY, CANNOT_SAY]


@pytest.mark.parametrize(("asked", "direction"), [(0.95, "at least"), (0.0005, "at most")])
def test_a_small_shop_may_miss_a_share_by_two_standard_errors_and_no_more(asked, direction):
    error = float(np.sqrt(asked * (1 - asked) / 4_000))
    missed = asked + (-2 if direction == "at least" else 2) * error
    assert allowed(asked, direction, 5_000, 4_000) == pytest.approx(missed)
    assert allowed(asked, direction, 20_000, 4_000) == asked, "a large one may not"
    assert allowed(asked, direction, 5_000, 0) == asked, "nor one of which nothing was counted"
    further = [abs(allowed(asked, direction, 5_000, cases) - asked) for cases in (100, 1_000, 10_000)]
    assert sorted(further, reverse=True) == further, "what is seen often is hardly luck"
    assert 0 <= allowed(asked, direction, 5_000, 0.01) <= 1
