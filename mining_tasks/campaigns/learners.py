"""What a contact changes, per customer: T-, X- and DR-learner of scikit-learn parts, cross-fitted.

T and X: Künzel, Sekhon, Bickel, Yu, "Metalearners for estimating heterogeneous treatment effects using machine
learning", PNAS 116(10), 2019. DR: Kennedy, "Towards optimal doubly robust estimation of heterogeneous causal
effects", Electronic Journal of Statistics 17(2), 2023.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from sklearn.model_selection import StratifiedKFold

from mining_tasks.campaigns.nuisance import SEED, Effect, Response
from mining_tasks.campaigns.offers import Mask, Numbers

FOLDS = 5
INNER_FOLDS = 2


@dataclass(frozen=True)
class Trial:
    """What a campaign with a control group left behind, one row per customer of it.

    features: (n, d) as of the day before, on the normal curve (`nuisance.normal`). contacted: (n,). outcome: (n,) 0/1
    or an amount. propensity: (n,) probability of being contacted by the design of the trial, strictly between 0 and 1.
    """

    features: Numbers
    contacted: Mask
    outcome: Numbers
    propensity: Numbers

    def rows(self, which: np.ndarray) -> "Trial":
        """Some of the rows."""
        return Trial(self.features[which], self.contacted[which], self.outcome[which], self.propensity[which])


class Learner(Protocol):
    """Learns the uplift from a trial and says it of anybody."""

    def fit(self, trial: Trial) -> "Learner": ...
    def predict(self, features: Numbers) -> Numbers: ...


class TLearner:
    """Two responses, of the contacted and of the others; the uplift is their difference."""

    def fit(self, trial: Trial) -> "TLearner":
        self._with, self._without = _arms(trial)
        return self

    def predict(self, features: Numbers) -> Numbers:
        """(n,) uplift in the unit of the outcome."""
        return self._with.predict(features) - self._without.predict(features)


class XLearner:
    """Each arm's outcomes against what the other arm would have done, then both effects, weighed by the propensity."""

    def fit(self, trial: Trial) -> "XLearner":
        on = trial.contacted
        contacted, others = _arms(trial)
        self._of_contacted = Effect().fit(trial.features[on], trial.outcome[on] - others.predict(trial.features[on]))
        self._of_others = Effect().fit(trial.features[~on], contacted.predict(trial.features[~on]) - trial.outcome[~on])
        self._share = float(trial.propensity.mean())
        return self

    def predict(self, features: Numbers) -> Numbers:
        """(n,) uplift in the unit of the outcome."""
        return self._share * self._of_others.predict(features) + (1 - self._share) * self._of_contacted.predict(
            features
        )


class DRLearner:
    """Doubly robust scores, with responses of other folds, and one effect learnt from them."""

    def fit(self, trial: Trial) -> "DRLearner":
        self._effect = Effect().fit(trial.features, scores(trial, INNER_FOLDS))
        return self

    def predict(self, features: Numbers) -> Numbers:
        """(n,) uplift in the unit of the outcome."""
        return self._effect.predict(features)


LEARNERS: dict[str, Callable[[], Learner]] = {"X": XLearner, "T": TLearner, "DR": DRLearner}


def scores(trial: Trial, folds: int = FOLDS) -> Numbers:
    """(n,) doubly robust score of each customer: its mean over any group is that group's average uplift.

    The expected outcomes come from models that have not seen the customer (Kennedy 2023, section 3).
    """
    with_it, without = np.zeros(len(trial.outcome)), np.zeros(len(trial.outcome))
    for seen, unseen in _folds(trial, folds):
        models = _arms(trial.rows(seen))
        with_it[unseen], without[unseen] = (model.predict(trial.features[unseen]) for model in models)
    on, share = trial.contacted, trial.propensity
    residual = trial.outcome - np.where(on, with_it, without)
    return np.asarray(with_it - without + residual * np.where(on, 1 / share, -1 / (1 - share)))


def cross_fitted(trial: Trial, learner: Callable[[], Learner], folds: int = FOLDS) -> Numbers:
    """(n,) uplift of each customer by a learner that has not seen her."""
    uplift = np.zeros(len(trial.outcome))
    for seen, unseen in _folds(trial, folds):
        uplift[unseen] = learner().fit(trial.rows(seen)).predict(trial.features[unseen])
    return uplift


def _arms(trial: Trial) -> tuple[Response, Response]:
    on = trial.contacted
    return (
        Response().fit(trial.features[on], trial.outcome[on]),
        Response().fit(trial.features[~on], trial.outcome[~on]),
    )


def _folds(trial: Trial, folds: int) -> list[tuple[np.ndarray, np.ndarray]]:
    return list(StratifiedKFold(folds, shuffle=True, random_state=SEED).split(trial.features, trial.contacted))
