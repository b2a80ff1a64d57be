"""The plain models inside an uplift learner: scikit-learn parts, an answer for every degenerate arm.

They look at features by rank on a normal curve (`normal`), laid there once for all arms and folds: ranks look at no
outcome, and to find them anew for every model was most of the work.
"""

from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.dummy import DummyRegressor
from sklearn.ensemble import HistGradientBoostingRegressor, VotingRegressor
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.preprocessing import QuantileTransformer

from mining_tasks.campaigns.offers import Numbers

SEED = 20_260
FEW = 10  # an arm with fewer rows, or with fewer yes or no in it, is described by its mean


class Response:
    """Expected outcome given features on the normal curve: probability for outcomes of 0 and 1, mean for others.

    Logistic regression on such inputs was the best of eight candidates on coupon responses, by log-loss; ridge
    regression on the same inputs stands for amounts.
    """

    def __init__(self) -> None:
        self._model = DummyRegressor()
        self._is_choice = False

    def fit(self, features: Numbers, outcome: Numbers) -> "Response":
        """features (n, d) without missing values, outcome (n,)."""
        self._is_choice = is_yes_or_no(outcome) and min((outcome == 1).sum(), (outcome == 0).sum()) >= FEW
        if self._is_choice:
            self._model = LogisticRegression(C=1.0, max_iter=500)
        elif len(outcome) >= FEW and outcome.std() > 0 and not is_yes_or_no(outcome):
            self._model = RidgeCV(np.logspace(-2, 4, 7))
        else:
            self._model = DummyRegressor()
        self._model.fit(features, outcome if len(outcome) else np.zeros(1)[: len(features)])
        return self

    def predict(self, features: Numbers) -> Numbers:
        """(n,) expected outcome."""
        if self._is_choice:
            return np.asarray(self._model.predict_proba(features)[:, 1])
        return np.asarray(self._model.predict(features))


class Effect:
    """Expected effect given features on the normal curve: the mean of ridge regression and a small boosted model on
    imputed effects."""

    def __init__(self) -> None:
        boosted = HistGradientBoostingRegressor(
            learning_rate=0.05, max_iter=60, max_leaf_nodes=7, min_samples_leaf=100, random_state=SEED
        )
        self._models = [RidgeCV(np.logspace(-2, 4, 7)), boosted]

    def fit(self, features: Numbers, effects: Numbers) -> "Effect":
        """features (n, d), effects (n,) imputed per customer."""
        self._models = [clone(model).fit(features, effects) for model in self._models]
        return self

    def predict(self, features: Numbers) -> Numbers:
        """(n,) expected effect."""
        return np.asarray(np.mean([model.predict(features) for model in self._models], axis=0))

    def as_sklearn(self) -> Any:
        """The fitted parts as one scikit-learn estimator that predicts the same."""
        both = VotingRegressor([("ridge", "drop"), ("boosted", "drop")])  # names alone: what was fitted is kept once
        both.estimators_ = self._models
        return both


def is_yes_or_no(outcome: Numbers) -> bool:
    """True for outcomes of 0 and 1 alone."""
    return bool(np.isin(outcome, (0, 1)).all())


def normal(features: Numbers) -> QuantileTransformer:
    """What lays columns like these (n, d) on a normal curve by their ranks; to be fitted."""
    return QuantileTransformer(
        output_distribution="normal", n_quantiles=max(1, min(200, len(features))), subsample=50_000, random_state=SEED
    )
