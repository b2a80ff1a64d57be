"""A figure and its verdict: what passes, and how far a small shop may miss what is asked."""

import numpy as np
import pytest

from mining_tasks.demo.figure import CANNOT_SAY, FAIL, PASS, SHORT, Figure, allowed


def test_a_number_exactly_at_its_threshold_passes_and_one_beyond_fails():
    least = Figure("shop", "x", 0.5, "at least", "share", "words")
    most = Figure("shop", "x", 0, "at most", "rows", "words")
    assert [least.of(v).verdict for v in (0.5, 0.4999, 1.0)] == [PASS, FAIL, PASS]
    assert [most.of(v).verdict for v in (0, 1)] == [PASS, FAIL]
    assert [least.of(v).verdict for v in (None, float("nan"))] == [CANNOT_SAY, CANNOT_SAY]


def test_between_threshold_and_aim_a_number_is_short_of_its_aim():
    least = Figure("shop", "x", 0.5, "at least", "share", "words", aim=0.8)
    most = Figure("shop", "x", 0.06, "at most", "share", "words", aim=0.02)
    assert [least.of(v).verdict for v in (0.8, 0.79, 0.5, 0.49, None)] == [PASS, SHORT, SHORT, FAIL, CANNOT_SAY]
    assert [most.of(v).verdict for v in (0.02, 0.03, 0.06, 0.07)] == [PASS, SHORT, SHORT, FAIL]


def test_luck_eases_the_threshold_by_two_standard_errors_and_the_aim_never():
    least = Figure("shop", "x", 0.5, "at least", "share", "words", aim=0.8).eased(0.1)
    most = Figure("shop", "x", 0.06, "at most", "share", "words", aim=0.02).eased(0.1)
    assert (least.threshold, least.aim) == (pytest.approx(0.3), 0.8)
    assert (most.threshold, most.aim) == (pytest.approx(0.26), 0.02)


def test_what_can_only_be_measured_later_cannot_be_said_and_says_why():
    later = Figure("models", "x", 0, "at most", "rows", "words").later("nothing is due")
    assert (later.verdict, later.note, later.is_waiting) == (CANNOT_SAY, "nothing is due", True)


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
