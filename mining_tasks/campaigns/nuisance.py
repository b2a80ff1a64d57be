"""The plain models inside an uplift learner: scikit-learn parts, an answer for every degenerate arm."""

from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.dummy import DummyRegressor
from sklearn.ensemble import HistGradientBoostingRegressor, VotingRegressor
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import QuantileTransformer

from mining_tasks.campaigns.offers import Numbers

SEED = 20_260
FEW = 10  # an arm with fewer rows, or with fewer yes or no in it, is described by its mean


class Response:
    """Expected outcome given features: probability for outcomes of 0 and 1, mean for others.

    Logistic regression on quantile-normal inputs was the best of eight candidates on coupon responses, by log-loss;
    ridge regression on the same inputs stands for amounts.
    """

    def __init__(self) -> None:
        self._model = DummyRegressor()
        self._is_choice = False

    def fit(self, features: Numbers, outcome: Numbers) -> "Response":
        """features (n, d) without missing values, outcome (n,)."""
        self._is_choice = is_yes_or_no(outcome) and min((outcome == 1).sum(), (outcome == 0).sum()) >= FEW
        if self._is_choice:
            self._model = make_pipeline(_normal(features), LogisticRegression(C=1.0, max_iter=500))
        elif len(outcome) >= FEW and outcome.std() > 0 and not is_yes_or_no(outcome):
            self._model = make_pipeline(_normal(features), RidgeCV(np.logspace(-2, 4, 7)))
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
    """Expected effect given features: the mean of ridge regression and a small boosted model on imputed effects."""

    def __init__(self) -> None:
        boosted = HistGradientBoostingRegressor(
            learning_rate=0.05, max_iter=60, max_leaf_nodes=7, min_samples_leaf=100, random_state=SEED
        )
        self._models = [RidgeCV(np.logspace(-2, 4, 7)), boosted]
        self._inputs = QuantileTransformer()

    def fit(self, features: Numbers, effects: Numbers) -> "Effect":
        """features (n, d), effects (n,) imputed per customer."""
        self._inputs = _normal(features)
        inputs = self._inputs.fit_transform(features)
        self._models = [clone(model).fit(inputs, effects) for model in self._models]
        return self

    def predict(self, features: Numbers) -> Numbers:
        """(n,) expected effect."""
        inputs = self._inputs.transform(features)
        return np.asarray(np.mean([model.predict(inputs) for model in self._models], axis=0))

    def steps(self) -> list[tuple[str, Any]]:
        """The fitted parts as steps of a scikit-learn pipeline that predicts the same."""
        both = VotingRegressor([("ridge", "drop"), ("boosted", "drop")])  # names alone: what was fitted is kept once
        both.estimators_ = self._models
        return [("normal", self._inputs), ("both", both)]


def is_yes_or_no(outcome: Numbers) -> bool:
    """True for outcomes of 0 and 1 alone."""
    return bool(np.isin(outcome, (0, 1)).all())


def _normal(features: Numbers) -> QuantileTransformer:
    return QuantileTransformer(
        output_distribution="normal", n_quantiles=min(200, len(features)), subsample=50_000, random_state=SEED
    )
