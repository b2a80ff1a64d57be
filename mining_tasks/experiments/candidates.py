"""The learners that stand for choice, simplest first, each as a fresh scikit-learn estimator."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier, VotingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import QuantileTransformer, StandardScaler
from sklearn.tree import DecisionTreeClassifier
from threadpoolctl import threadpool_limits

Numbers = npt.NDArray[np.float64]
SEED = 20170101
QUANTILES = 200
APART = 5  # customers from one quantile to the next


@dataclass(frozen=True)
class Candidate:
    """A learner by the name people read, and how to make one for a matrix."""

    name: str
    make: Callable[[Numbers], Any]


def logistic(numbers: Numbers) -> Pipeline:
    """Logistic regression on normal quantiles, so that no customer's size outweighs the others.

    It beat every boosted tree on Telco and on the coupons of Complete Journey (AUC .850 against .844, .829 against
    .818) and was there better than on plain numbers (.845, .808).
    """
    return make_pipeline(_normal(numbers), LogisticRegression(C=0.3, max_iter=2_000))


def tree(numbers: Numbers) -> Pipeline:
    """One decision tree that a person can read."""
    chooser = DecisionTreeClassifier(max_depth=6, min_samples_leaf=max(50, len(numbers) // 200), random_state=SEED)
    return make_pipeline(_filled(), chooser)


def naive_bayes(numbers: Numbers) -> Pipeline:
    """Gaussian naive Bayes, calibrated inside: its own probabilities are far too sure (log-loss 3 to 9).

    Isotonic, since they crowd at 0 and 1, where a sigmoid cannot part them (Telco: AUC .819 against .782).
    """
    calibrated = CalibratedClassifierCV(GaussianNB(var_smoothing=0.1), method="isotonic", cv=3)
    return make_pipeline(_normal(numbers), calibrated)


def neural_net(numbers: Numbers) -> Pipeline:
    """One layer of 32, stopped when a tenth of the rows that it does not learn from gains no more."""
    net = MLPClassifier((32,), alpha=1e-2, early_stopping=True, n_iter_no_change=8, max_iter=100, random_state=SEED)
    return make_pipeline(_normal(numbers), net)


def boosting(numbers: Numbers) -> HistGradientBoostingClassifier:
    """Boosted trees held short: the defaults learn tables below 10,000 rows by heart."""
    return HistGradientBoostingClassifier(
        learning_rate=0.05,
        max_iter=150,
        max_leaf_nodes=15,
        min_samples_leaf=30,
        l2_regularization=1.0,
        early_stopping=False,
        random_state=SEED,
    )


def both(numbers: Numbers) -> VotingClassifier:
    """The mean of logistic regression and boosting, which often ranks better than either."""
    return VotingClassifier([("logistic", logistic(numbers)), ("boosting", boosting(numbers))], voting="soft")


CANDIDATES = (
    Candidate("logistic regression", logistic),
    Candidate("decision tree", tree),
    Candidate("naive Bayes", naive_bayes),
    Candidate("gradient boosting", boosting),
    Candidate("neural net", neural_net),
    Candidate("logistic regression and boosting", both),
)


def trained(candidate: Candidate, numbers: Numbers, label: Numbers) -> Any:
    """The candidate fitted on n × p numbers (NaN where missing) and n labels of both kinds, on one thread."""
    with threadpool_limits(limits=1), warnings.catch_warnings():
        # A net or a search that was stopped early is judged by its scores like any other.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return settled(candidate.make(numbers).fit(numbers, label > 0))


def settled(estimator: Any) -> Any:
    """The estimator without what only further training needs: a net's optimizer keeps gradients of its last rows."""
    last = estimator.steps[-1][1] if isinstance(estimator, Pipeline) else estimator
    if isinstance(last, MLPClassifier):
        del last._optimizer
    return estimator


def scored(estimator: Any, numbers: Numbers) -> Numbers:
    """P(yes) for each row."""
    with threadpool_limits(limits=1):
        return np.asarray(estimator.predict_proba(numbers)[:, 1], np.float64)


def _filled() -> SimpleImputer:
    return SimpleImputer(strategy="median", keep_empty_features=True)


def _normal(numbers: Numbers) -> Pipeline:
    """Medians for gaps; columns of two values on their own scale, all others by rank onto a normal curve.

    The ranks are kept as up to 200 quantiles of each column, at least five customers apart. Quantiles are values of
    customers; they may be kept because a column is a number without an identifier (`log.refuse_personal`) and says
    nothing of the other columns of the same customer.
    """
    is_number = np.array([len(np.unique(column[~np.isnan(column)])) > 2 for column in numbers.T], bool)
    quantiles = QuantileTransformer(
        n_quantiles=max(2, min(QUANTILES, len(numbers) // APART)), output_distribution="normal", random_state=SEED
    )
    parts = [("ranked", make_pipeline(quantiles, StandardScaler()), np.flatnonzero(is_number).tolist())]
    parts += [("plain", StandardScaler(), np.flatnonzero(~is_number).tolist())]
    return make_pipeline(_filled(), ColumnTransformer([part for part in parts if part[2]]))
