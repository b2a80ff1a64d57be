"""What each column adds to a score: exact terms of linear models and naive Bayes, exact paths through trees.

All in the model's own sum (log-odds of a classifier, the logarithm of an amount under a Poisson loss). A tree's path is
told step by step: the mean of the training rows below a branch less the mean above it, to the column that was asked
(Saabas 2014). Like Shapley values these add up to the score less the mean score; unlike them they cost one pass.
"""

from functools import singledispatch
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor, VotingClassifier
from sklearn.linear_model._base import LinearModel
from sklearn.linear_model._logistic import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline
from sklearn.tree import DecisionTreeClassifier

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


@singledispatch
def contributions(estimator: Any, numbers: Numbers) -> Numbers:
    """n × p numbers → n × p additions to the score. Raises TypeError for a model whose score is no such sum."""
    raise TypeError(f"what each column adds to a {type(estimator).__name__} cannot be told")


@contributions.register
def _(estimator: Pipeline, numbers: Numbers) -> Numbers:
    seen, places = numbers, np.arange(numbers.shape[1])
    for _, step in estimator.steps[:-1]:
        seen, places = step.transform(seen), _placed(step, places)
    found = np.zeros(numbers.shape)
    found[:, places] = contributions(estimator.steps[-1][1], np.ascontiguousarray(seen))
    return found


@contributions.register(LogisticRegression)
@contributions.register(LinearModel)
def _(estimator: Any, numbers: Numbers) -> Numbers:
    """Columns must be centred, as our candidates' are: a term then says how far she is from the usual."""
    return np.asarray(numbers * np.ravel(estimator.coef_))


@contributions.register
def _(estimator: GaussianNB, numbers: Numbers) -> Numbers:
    no, yes = (
        -0.5 * (np.log(spread) + (numbers - mean) ** 2 / spread)
        for mean, spread in zip(estimator.theta_, estimator.var_, strict=True)
    )
    return np.asarray(yes - no)


@contributions.register
def _(estimator: CalibratedClassifierCV, numbers: Numbers) -> Numbers:
    """The mean over the folds, before their monotone maps."""
    return _mean([each.estimator for each in estimator.calibrated_classifiers_], numbers)


@contributions.register
def _(estimator: VotingClassifier, numbers: Numbers) -> Numbers:
    """The mean of those who vote, in log-odds although they vote in probabilities: the order of columns is kept."""
    return _mean(estimator.estimators_, numbers)


@contributions.register
def _(estimator: MLPClassifier, numbers: Numbers) -> Numbers:
    """How the score falls when a column is as usual (0: they are centred) and the others stay: no exact sum exists."""
    score = _logit_of(estimator, numbers)
    found = np.empty(numbers.shape)
    for column in range(numbers.shape[1]):
        usual = numbers.copy()
        usual[:, column] = 0
        found[:, column] = score - _logit_of(estimator, usual)
    return found


@contributions.register
def _(estimator: DecisionTreeClassifier, numbers: Numbers) -> Numbers:
    tree = estimator.tree_
    share = np.clip(tree.value[:, 0, 1], 1e-6, 1 - 1e-6)
    below = np.column_stack([tree.children_left, tree.children_right])
    table = _paths(np.log(share / (1 - share)), below, tree.feature, numbers.shape[1])
    return np.asarray(table[tree.apply(numbers.astype(np.float32))])


@contributions.register(HistGradientBoostingClassifier)
@contributions.register(HistGradientBoostingRegressor)
def _(estimator: Any, numbers: Numbers) -> Numbers:
    """All trees at once: a row's leaves, as a sparse matrix, times what lies on the path to each leaf."""
    bits, columns = estimator._bin_mapper.make_known_categories_bitsets()
    tables, leaves, start = [], [], 0
    for (tree,) in estimator._predictors:
        nodes = tree.nodes.copy()
        below = np.column_stack([nodes["left"], nodes["right"]]).astype(np.int64)
        below[nodes["is_leaf"] == 1] = -1
        tables.append(_paths(_means(nodes), below, nodes["feature_idx"], numbers.shape[1]))
        nodes["value"] = np.arange(start, start + len(nodes))  # the compiled predictor then tells which leaf it is
        leaves.append(_as_is(tree, nodes).predict(numbers, bits, columns, 1).astype(np.int32))
        start += len(nodes)
    place = np.column_stack(leaves).ravel()
    ends = np.arange(len(numbers) + 1, dtype=np.int32) * len(leaves)
    return np.asarray(csr_array((np.ones(len(place)), place, ends), shape=(len(numbers), start)) @ np.vstack(tables))


def _as_is(tree: Any, nodes: npt.NDArray) -> Any:
    return type(tree)(nodes, tree.binned_left_cat_bitsets, tree.raw_left_cat_bitsets)


def _means(nodes: npt.NDArray) -> Numbers:
    """The mean of the training rows' values at each node, children being numbered after their parents."""
    found = nodes["value"].astype(np.float64)
    for place in np.flatnonzero(nodes["is_leaf"] == 0)[::-1]:
        pair = [nodes["left"][place], nodes["right"][place]]
        found[place] = np.average(found[pair], weights=nodes["count"][pair].astype(np.float64))
    return found


def _paths(means: Numbers, below: Places, column: Places, columns: int) -> Numbers:
    """For each node what each column added on the way from the root (nodes × columns)."""
    found = np.zeros((len(means), columns))
    for place in range(len(means)):
        for child in below[place][below[place] > 0]:
            found[child] = found[place]
            found[child, column[place]] += means[child] - means[place]
    return found


def _mean(estimators: list[Any], numbers: Numbers) -> Numbers:
    return np.asarray(sum(contributions(each, numbers) for each in estimators) / len(estimators))


def _logit_of(estimator: MLPClassifier, numbers: Numbers) -> Numbers:
    share = np.clip(estimator.predict_proba(numbers)[:, 1], 1e-6, 1 - 1e-6)
    return np.asarray(np.log(share / (1 - share)))


def _placed(step: Any, places: Places) -> Places:
    """The original column behind each column that a step gives."""
    if isinstance(step, ColumnTransformer):
        taken = [np.asarray(columns, np.int64) for _, _, columns in step.transformers_ if len(columns)]
        return np.asarray(places[np.concatenate(taken)])
    if isinstance(step, Pipeline):
        for _, part in step.steps:
            places = _placed(part, places)
    return places
