"""Probabilities are held against what came: by hand, against scikit-learn, and in any order of rows."""

import numpy as np
import pytest
from sklearn.metrics import log_loss, roc_auc_score

from mining_tasks.experiments import calibration
from mining_tasks.experiments.calibration import (
    auc,
    calibration_error,
    calibration_noise,
    chosen,
    deciles,
    fitted,
    gini,
    losses,
    reliability,
)

ROWS = 20_000
FOLDS = np.arange(ROWS) % 5


def drawn(rows: int = ROWS) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(8)
    true = chance.beta(1.0, 4.0, rows)
    return (chance.random(rows) < true).astype(float), true


def test_bins_hold_equally_many_and_say_what_came():
    curve = reliability([0, 0, 1, 1], [0.1, 0.2, 0.6, 0.9], bins=2)
    assert [(each.rows, each.predicted, each.came) for each in curve] == [
        (2, pytest.approx(0.15), 0.0),
        (2, pytest.approx(0.75), 1.0),
    ]
    assert calibration_error([0, 0, 1, 1], [0.1, 0.2, 0.6, 0.9], bins=2) == pytest.approx(0.2)


def test_true_probabilities_are_calibrated_up_to_noise_and_shifted_ones_are_not():
    label, true = drawn()
    assert calibration_error(label, true) < 3 * calibration_noise(true)
    assert calibration_error(label, true / 2 + 0.25) > 0.1


def test_the_order_of_rows_changes_nothing_even_with_ties():
    label, true = drawn(997)
    tied, mixed = np.round(true, 1), np.random.default_rng(1).permutation(997)
    assert calibration_error(label, tied) == pytest.approx(calibration_error(label[mixed], tied[mixed]))
    assert gini(label, tied) == pytest.approx(gini(label[mixed], tied[mixed]))


def test_auc_and_log_loss_are_scikit_learns():
    label, true = drawn()
    assert auc(label, np.round(true, 2)) == pytest.approx(roc_auc_score(label, np.round(true, 2)))
    assert losses(label, true).mean() == pytest.approx(log_loss(label, true))


def test_gini_is_one_for_the_true_order_and_zero_for_none():
    spent = np.array([0.0, 5.0, 100.0, 20.0])
    assert gini(spent, spent * 3) == pytest.approx(1)
    assert gini(spent, -spent) == pytest.approx(-1)
    assert gini(spent, np.ones(4)) == pytest.approx(0)
    assert np.isnan(gini(np.zeros(4), spent))


def test_deciles_add_up_to_all_that_came():
    label, true = drawn()
    table = deciles(label, true)
    assert [row["decile"] for row in table] == list(range(1, 11))
    assert sum(row["rows"] * row["came"] for row in table) == pytest.approx(label.sum())
    assert table[-1]["share_so_far"] == pytest.approx(1)
    assert table[0]["lift"] > 2 > 1 > table[-1]["lift"]
    assert deciles([], []) == []


@pytest.mark.parametrize("method", ["platt", "isotonic"])
def test_recalibration_undoes_what_was_bent(method):
    label, true = drawn()
    bent = calibration.bounded(1 / (1 + np.exp(-3 * (np.log(true / (1 - true)) + 0.5))))
    assert calibration_error(label, bent) > 0.05
    mended = fitted(method, label, bent).applied(bent)
    assert calibration_error(label, mended) < 0.02
    assert ((mended > 0) & (mended < 1)).all()


def test_what_is_calibrated_already_is_left_alone():
    label, true = drawn()
    assert chosen(label, true, FOLDS).recalibration.method == "none"


def test_recalibration_is_chosen_on_folds_that_did_not_fit_it():
    label, true = drawn()
    found = chosen(label, true**3, FOLDS)
    assert found.recalibration.method != "none"
    assert set(found.losses) == {"none", "platt", "isotonic"}
    assert found.losses[found.recalibration.method] == min(found.losses.values())
    assert losses(label, found.probability).mean() == pytest.approx(min(found.losses.values()))
    shuffled = np.random.default_rng(3).permutation(label)
    assert (
        losses(shuffled, chosen(shuffled, true, FOLDS).probability).mean()
        > log_loss(shuffled, true * 0 + label.mean()) - 1e-3
    )


def test_isotonic_waits_for_a_thousand_positives():
    label, true = drawn(2_000)
    assert label.sum() < 1_000
    assert "isotonic" not in chosen(label, true**3, FOLDS[:2_000]).losses


@pytest.mark.parametrize("outcome", [0.0, 1.0])
def test_one_outcome_only_changes_no_score(outcome):
    found = chosen(np.full(50, outcome), np.full(50, 0.3), FOLDS[:50])
    assert found.recalibration.method == "none"
    assert np.isnan(auc(np.full(50, outcome), np.linspace(0, 1, 50)))


def test_nothing_at_all_has_no_calibration():
    assert reliability([], []) == ()
    assert np.isnan(calibration_error([], []))
    assert np.isnan(calibration_noise([]))
