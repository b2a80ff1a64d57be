"""The naive rule that a churn model must beat: the best that the days since the last order alone can say, searched.

"No order for so long: lost" is what shops do by hand, and hard to beat (Wübben, von Wangenheim, "Instant Customer
Base Analysis", Journal of Marketing 72, 2008).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.isotonic import IsotonicRegression

from mining_tasks.experiments.calibration import auc, losses

Numbers = npt.NDArray[np.float64]
Folds = npt.NDArray[np.int64]
CUTS = 60  # thresholds tried
STEPS = 100  # bins over which the ladder is smoothed


@dataclass(frozen=True)
class Silence:
    """What a rule may look at, one row per customer: days since the last order, and the mean days between her orders
    (NaN for one order)."""

    recency_days: Numbers
    pace: Numbers

    def of(self, rows: npt.NDArray) -> "Silence":
        return Silence(self.recency_days[rows], self.pace[rows])


@dataclass(frozen=True)
class RecencyRule:
    """A step function of one measure: probability `steps[i]` from `edges[i - 1]` up to below `edges[i]`.

    measure: how silence is measured. usual_pace: median pace of the training customers, for those with one order.
    """

    measure: str
    shape: str
    edges: tuple[float, ...]
    steps: tuple[float, ...]
    usual_pace: float

    def probability(self, silence: Silence) -> Numbers:
        """P(churn) of every customer, also of one with a single order."""
        value = MEASURES[self.measure](silence, self.usual_pace)
        return np.array(self.steps)[np.searchsorted(np.array(self.edges), value, side="right")]

    def sentence(self) -> str:
        if self.shape == "threshold" and self.edges:
            first, then = self.steps
            return f"{self.measure} of {self.edges[0]:.3g} and more: churn {then:.0%}, else {first:.0%}"
        return f"churn rises with {self.measure} from {self.steps[0]:.0%} to {self.steps[-1]:.0%}"


@dataclass(frozen=True)
class Tried:
    """A rule that was searched, with its figures out of fold."""

    measure: str
    shape: str
    log_loss: float
    auc: float


@dataclass(frozen=True)
class Searched:
    """The best rule, fitted on all rows; what it says of rows that it did not learn from; each rule's figures."""

    rule: RecencyRule
    probability: Numbers
    tried: tuple[Tried, ...]


def searched(silence: Silence, label: Numbers, folds: Folds) -> Searched:
    """Search measures and shapes on folds by log-loss; ties go to the simpler, which stands first.

    silence, label (1 churned, 0 not), folds: one row each. With one outcome only the rule says the base rate.
    Raises ValueError without rows.
    """
    if not len(label):
        raise ValueError("there is no customer to search a rule on")
    rules = [(shape, measure) for shape in SHAPES for measure in MEASURES]
    said = [_out_of_fold(measure, shape, silence, label, folds) for shape, measure in rules]
    loss = [round(float(losses(label, each).mean()), 12) for each in said]
    best = int(np.argmin(loss))
    tried = tuple(
        Tried(measure, shape, loss[place], auc(label, said[place])) for place, (shape, measure) in enumerate(rules)
    )
    shape, measure = rules[best]
    return Searched(fitted(measure, shape, silence, label), said[best], tried)


def fitted(measure: str, shape: str, silence: Silence, label: Numbers) -> RecencyRule:
    """One rule learned from all the rows."""
    known = silence.pace[~np.isnan(silence.pace)]
    usual = max(float(np.median(known)), 1.0) if len(known) else 30.0
    value = MEASURES[measure](silence, usual)
    edges = SHAPES[shape](value, label)
    place = np.searchsorted(edges, value, side="right")
    rows, churned = (np.bincount(place, weight, len(edges) + 1) for weight in (np.ones(len(place)), label))
    usually = (label.sum() + 1) / (len(label) + 2)
    # Two customers of the usual kind beside those of a step: one that saw no churn does not say never.
    steps = np.maximum.accumulate((churned + 2 * usually) / (rows + 2))
    return RecencyRule(measure, shape, tuple(edges.tolist()), tuple(steps.tolist()), usual)


def _out_of_fold(measure: str, shape: str, silence: Silence, label: Numbers, folds: Folds) -> Numbers:
    said = np.empty(len(label))
    for fold in np.unique(folds):
        here = folds == fold
        rest = ~here if (~here).any() else here
        said[here] = fitted(measure, shape, silence.of(rest), label[rest]).probability(silence.of(here))
    return said


def _recency(silence: Silence, usual: float) -> Numbers:
    return np.asarray(silence.recency_days, np.float64)


def _in_paces(silence: Silence, usual: float) -> Numbers:
    pace = np.where(np.isnan(silence.pace), usual, silence.pace)
    return np.asarray(silence.recency_days / np.maximum(pace, 1.0))


def _between(silence: Silence, usual: float) -> Numbers:
    """Pace drawn half way (in logarithms) to the usual one: two orders by chance a day apart make no daily buyer."""
    pace = np.where(np.isnan(silence.pace), usual, silence.pace)
    return np.asarray(silence.recency_days / np.sqrt(np.maximum(pace, 1.0) * usual))


def _threshold(value: Numbers, label: Numbers) -> Numbers:
    """The single edge of least log-loss among quantiles of the measure."""
    cuts = _cuts(value, CUTS)
    place = np.searchsorted(cuts, value, side="right")
    rows, churned = (np.bincount(place, weight, len(cuts) + 1) for weight in (np.ones(len(place)), label))
    below, lost = (np.cumsum(each)[:-1].astype(np.float64) for each in (rows, churned))
    loss = _entropy(below, lost) + _entropy(rows.sum() - below, churned.sum() - lost)
    rises = (lost + 1) / (below + 2) <= (churned.sum() - lost + 1) / (rows.sum() - below + 2)
    if not len(cuts) or not rises.any():
        return np.empty(0)
    best = int(np.argmin(np.where(rises, loss, np.inf)))
    return cuts[best : best + 1]


def _ladder(value: Numbers, label: Numbers) -> Numbers:
    """The edges of the steps of an isotonic fit over bins of like mass."""
    cuts = _cuts(value, STEPS)
    place = np.searchsorted(cuts, value, side="right")
    rows, churned = (np.bincount(place, weight, len(cuts) + 1) for weight in (np.ones(len(place)), label))
    slices = np.arange(len(rows))
    rising = IsotonicRegression().fit(slices, churned / rows, rows).predict(slices)
    return np.asarray(cuts[np.diff(rising) > 1e-9], np.float64)


def _cuts(value: Numbers, count: int) -> Numbers:
    """Values that part the rows into about `count` slices, none of them empty."""
    cuts = np.unique(np.quantile(value, np.linspace(0, 1, count + 1)[1:-1], method="inverted_cdf"))
    return np.asarray(cuts[cuts > value.min()], np.float64)


def _entropy(rows: Numbers, churned: Numbers) -> Numbers:
    """Log-loss of saying one smoothed rate to all rows."""
    rate = (churned + 1) / (rows + 2)
    return np.asarray(-(churned * np.log(rate) + (rows - churned) * np.log1p(-rate)))


MEASURES: dict[str, Callable[[Silence, float], Numbers]] = {
    "days since the last order": _recency,
    "silence in her usual gaps": _in_paces,
    "silence in gaps between hers and the shop's": _between,
}
SHAPES: dict[str, Callable[[Numbers, Numbers], Numbers]] = {"threshold": _threshold, "ladder": _ladder}
