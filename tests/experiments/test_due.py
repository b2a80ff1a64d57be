"""A refit is due by age, by drift or by loss, and never for want of data."""

from datetime import date

import numpy as np
import pytest

from mining_tasks.experiments.due import Signs, lost, reason
from mining_tasks.experiments.holdout import AMOUNT, Holdout, Limits

NIGHT, YESTERDAY, CARD = date(2018, 1, 8), date(2018, 1, 7), {"night": "2018-01-05"}


@pytest.mark.parametrize(
    ("card", "signs", "is_due", "words"),
    [
        (None, Signs(), True, "no model was ever promoted"),
        (CARD, Signs(), False, "no refit is due: the champion is 3 nights old of 7"),
        ({"night": "2018-01-01"}, Signs(), True, "the champion is 7 nights old, a refit is due after 7"),
        (CARD, Signs(broken="its file is gone"), True, "the champion cannot be used: its file is gone"),
        (CARD, Signs(drift={"a": 0.3, "b": 0.1}), True, "a drifted: index 0.30, a refit is due above 0.25"),
        (CARD, Signs(drift={"a": 0.25, "b": np.nan}), False, "no refit is due: the champion is 3 nights old of 7"),
        (CARD, Signs(lost="it lost"), True, "it lost"),
        (
            CARD,
            Signs(lost="it lost", refused=YESTERDAY),
            False,
            "a challenger was refused 1 night ago, another is due after 7",
        ),
        (None, Signs(refused=YESTERDAY), False, "a challenger was refused 1 night ago, another is due after 7"),
        (None, Signs(refused=date(2018, 1, 1)), True, "no model was ever promoted"),
        (
            CARD,
            Signs(broken="its file is gone", refused=YESTERDAY),
            True,
            "the champion cannot be used: its file is gone",
        ),
    ],
)
def test_a_refit_is_due_for_a_reason(card, signs, is_due, words):
    found = reason(NIGHT, card, signs)
    assert (found.is_due, found.words) == (is_due, words)


def matured(rows: int = 4_000) -> tuple[np.ndarray, Holdout]:
    chance = np.random.default_rng(1)
    right = 1 / (1 + np.exp(-chance.normal(-1, 1, rows)))
    return right, Holdout((chance.random(rows) < right).astype(float), np.arange(rows))


def test_predictions_that_came_true_are_no_reason():
    right, came = matured()
    assert lost(came, right, Limits()) == ""


def test_predictions_that_say_nothing_or_are_off_are_a_reason():
    right, came = matured()
    shuffled = np.random.default_rng(2).permutation(right)
    assert "no better than by its mean" in lost(came, shuffled, Limits())
    assert "from what was said" in lost(came, 0.8 * right, Limits())


def test_amounts_that_came_otherwise_are_a_reason():
    right, came = matured()
    spent = Holdout(came.label * 50, came.customer)
    assert lost(spent, right * 50, AMOUNT) == ""
    assert "no better" in lost(spent, -right, AMOUNT)
    assert "from what was said" in lost(spent, right * 100, AMOUNT)


def test_too_few_predictions_say_nothing():
    right, came = matured(100)
    assert lost(came, 1 - right, Limits()) == ""
    right, came = matured()
    assert lost(Holdout(np.zeros(4_000), came.customer), right, Limits()) == ""
    assert lost(came, np.full(4_000, np.nan), Limits()) == ""
