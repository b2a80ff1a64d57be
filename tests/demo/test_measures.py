"""Measures of how close told numbers come to true ones, against the libraries that compute the same."""

import numpy as np
import pytest
from scipy.stats import spearmanr
from sklearn.metrics import roc_auc_score

from mining_tasks.demo import measures


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(3)


def test_rank_correlation_is_spearmans_with_ties(rng):
    told, true = np.round(rng.gamma(1.0, 2.0, 500)), np.round(rng.gamma(1.0, 2.0, 500))
    told[:250] = true[:250]
    assert measures.rank_correlation(told, true) == pytest.approx(spearmanr(told, true).statistic)
    assert measures.rank_correlation(np.ones(5), np.arange(5.0)) is None


def test_auc_is_the_area_under_the_curve_with_ties(rng):
    score = np.round(rng.random(400), 1)
    came = rng.random(400) < score
    assert measures.auc(score, came) == pytest.approx(roc_auc_score(came, score))
    assert measures.auc(score, np.ones(400, bool)) is None


def test_the_error_of_a_difference_of_aucs_is_what_it_varies_by(rng):
    differences, errors = [], []
    for _ in range(200):
        truth = rng.random(300)
        other, came = truth + 0.3 * rng.standard_normal(300), rng.random(300) < truth
        differences.append(measures.auc(truth, came) - measures.auc(other, came))
        errors.append(measures.auc_difference_error(truth, other, came))
    assert np.mean(errors) == pytest.approx(np.std(differences), rel=0.15)


def test_the_calibration_error_of_true_probabilities_is_luck(rng):
    found = []
    for _ in range(200):
        told = rng.random(2_000)
        found.append(measures.calibration_error(told, rng.random(2_000) < told))
    error, luck = np.mean(found, axis=0)
    assert error == pytest.approx(luck, rel=0.05)
    squared, _ = measures.calibration_error(told**2, rng.random(2_000) < told)
    assert squared > 0.1


def test_groups_are_equal_in_number_and_in_order(rng):
    told = rng.random(1_003)
    group = measures.groups(told)
    assert set(np.bincount(group)) <= {100, 101}
    assert all(told[group == n].max() <= told[group == n + 1].min() for n in range(9))
