"""The naive rule is as good as recency alone can be, and has an answer for everybody."""

import numpy as np
import pytest

from mining_tasks.churn.recency_rule import SHAPES, Silence, fitted, searched
from mining_tasks.experiments.calibration import auc, calibration_error

ROWS = 4_000
FOLDS = np.arange(ROWS) % 5


def drawn(by_pace: bool) -> tuple[Silence, np.ndarray]:
    chance = np.random.default_rng(11)
    pace = np.where(chance.random(ROWS) < 0.2, np.nan, chance.choice([5.0, 30.0, 90.0], ROWS))
    recency = np.floor(chance.exponential(40, ROWS))
    measure = recency / np.nan_to_num(pace, nan=30.0) if by_pace else recency / 30
    return Silence(recency, pace), (chance.random(ROWS) < 1 / (1 + np.exp(2 - measure))).astype(float)


@pytest.mark.parametrize(("by_pace", "measure"), [(False, "days since"), (True, "in her usual gaps")])
def test_the_search_finds_what_churn_was_made_of(by_pace, measure):
    silence, label = drawn(by_pace)
    found = searched(silence, label, FOLDS)
    assert measure in found.rule.measure
    assert len(found.tried) == 6
    assert min(found.tried, key=lambda each: each.log_loss).measure == found.rule.measure
    assert calibration_error(label, found.probability) < 0.03
    truth = silence.recency_days if not by_pace else silence.recency_days / np.nan_to_num(silence.pace, nan=30.0)
    assert auc(label, found.probability) > auc(label, truth) - 0.01


def test_a_step_in_the_data_is_found_as_a_threshold():
    silence, _ = drawn(False)
    chance = np.random.default_rng(2)
    label = (chance.random(ROWS) < np.where(silence.recency_days >= 45, 0.8, 0.1)).astype(float)
    found = searched(silence, label, FOLDS)
    assert found.rule.shape == "threshold"
    assert found.rule.edges[0] == pytest.approx(45, abs=2)
    assert found.rule.sentence().startswith("days since the last order of 4")


def test_every_customer_gets_a_probability_that_rises_with_silence():
    silence, label = drawn(True)
    for shape in SHAPES:
        rule = fitted("silence in her usual gaps", shape, silence, label)
        said = rule.probability(Silence(np.array([0.0, 10.0, 50.0, 9_999.0]), np.full(4, np.nan)))
        assert ((said > 0) & (said < 1)).all()
        assert (np.diff(said) >= 0).all()


@pytest.mark.parametrize("outcome", [0.0, 1.0])
def test_with_one_outcome_the_rule_says_the_base_rate(outcome):
    silence, _ = drawn(False)
    found = searched(silence, np.full(ROWS, outcome), FOLDS)
    said = found.rule.probability(silence)
    assert np.abs(said - outcome).max() < 0.02
    assert ((said > 0) & (said < 1)).all()


def test_churn_that_falls_with_silence_is_no_recency_rule():
    silence, _ = drawn(False)
    rule = searched(silence, (silence.recency_days < 20).astype(float), FOLDS).rule
    assert np.ptp(rule.probability(silence)) == 0


@pytest.mark.parametrize("rows", [1, 2])
def test_one_or_two_customers_are_enough_for_a_rule(rows):
    few = Silence(np.arange(rows, dtype=float), np.full(rows, np.nan))
    assert len(searched(few, np.ones(rows), np.zeros(rows, int)).probability) == rows


def test_without_customers_there_is_no_rule():
    with pytest.raises(ValueError, match="no customer"):
        searched(Silence(np.empty(0), np.empty(0)), np.empty(0), np.empty(0, int))
