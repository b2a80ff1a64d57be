"""Do probabilities come true? Reliability, calibration error, recalibration chosen on folds, ranking and deciles."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

Numbers = npt.NDArray[np.float64]
Method = Literal["none", "platt", "isotonic"]
BINS = 10
ISOTONIC_POSITIVES = 1_000  # with fewer its steps follow the noise (Niculescu-Mizil and Caruana, ICML 2005)
NEVER = 1e-6  # no score says 0 or 1: one surprise would then cost infinitely much


@dataclass(frozen=True)
class Bin:
    """A slice of customers next to each other by score: how many, mean score, mean of what came."""

    rows: int
    predicted: float
    came: float


@dataclass(frozen=True)
class Recalibration:
    """A monotone map of probabilities, plain enough for a model's card.

    platt: logit(p) times the only point plus the only value. isotonic: linear between points and their values.
    """

    method: Method = "none"
    points: tuple[float, ...] = ()
    values: tuple[float, ...] = ()

    def applied(self, probability: Numbers) -> Numbers:
        """n probabilities → n probabilities within (0, 1)."""
        if self.method == "platt":
            return bounded(1 / (1 + np.exp(-(self.points[0] * _logit(probability) + self.values[0]))))
        if self.method == "isotonic":
            return bounded(np.interp(probability, self.points, self.values))
        return bounded(probability)


@dataclass(frozen=True)
class Choice:
    """The recalibration that was chosen, fitted on all rows; probabilities by fits on the other folds alone; losses."""

    recalibration: Recalibration
    probability: Numbers
    losses: dict[str, float]


def bounded(probability: npt.ArrayLike) -> Numbers:
    return np.clip(np.asarray(probability, np.float64), NEVER, 1 - NEVER)


def losses(label: npt.ArrayLike, probability: npt.ArrayLike) -> Numbers:
    """The log-loss of each row, in nats."""
    truth, score = np.asarray(label, np.float64), bounded(probability)
    return -(truth * np.log(score) + (1 - truth) * np.log1p(-score))


def reliability(label: npt.ArrayLike, predicted: npt.ArrayLike, bins: int = BINS) -> tuple[Bin, ...]:
    """The reliability curve over bins of equal mass, lowest scores first; the order of rows does not matter.

    Equal scores share the mean of what came of them, so that a bin's edge within a tie decides nothing. Serves
    amounts as well as labels: a decile table of expected money is `reliability(came, expected)`.
    """
    score, truth = np.asarray(predicted, np.float64), np.asarray(label, np.float64)
    if not len(score):
        return ()
    distinct, place, count = np.unique(score, return_inverse=True, return_counts=True)
    came = np.repeat(np.bincount(place, truth) / count, count)
    parts = np.array_split(np.arange(len(score)), min(bins, len(score)))
    ordered = np.repeat(distinct, count)
    return tuple(Bin(len(part), float(ordered[part].mean()), float(came[part].mean())) for part in parts)


def calibration_error(label: npt.ArrayLike, probability: npt.ArrayLike, bins: int = BINS) -> float:
    """Expected calibration error: mean distance of score and outcome over bins of equal mass; NaN without rows."""
    curve = reliability(label, probability, bins)
    rows = sum(each.rows for each in curve)
    return sum(each.rows * abs(each.predicted - each.came) for each in curve) / rows if rows else float("nan")


def calibration_noise(probability: npt.ArrayLike, bins: int = BINS) -> float:
    """The calibration error that perfect probabilities would show by chance: mean |normal| of each bin's binomial."""
    ordered = np.sort(np.asarray(probability, np.float64))
    if not len(ordered):
        return float("nan")
    parts = np.array_split(ordered, min(bins, len(ordered)))
    spread = sum(len(part) * np.sqrt((part * (1 - part)).sum()) / len(part) for part in parts)
    return float(np.sqrt(2 / np.pi) * spread / len(ordered))


def gini(came: npt.ArrayLike, predicted: npt.ArrayLike) -> float:
    """Normalised Gini of a ranking, 1 for the order of what came and about 0 for chance; 2·AUC − 1 for labels.

    Equal predictions count as every order of them at once. NaN where all outcomes are equal: nothing to rank.
    """
    truth = np.asarray(came, np.float64)
    best = _area(truth, truth)
    return _area(truth, np.asarray(predicted, np.float64)) / best if best > 0 else float("nan")


def auc(label: npt.ArrayLike, probability: npt.ArrayLike) -> float:
    """P(a positive ranks above a negative), ties half; NaN with one class only."""
    return (gini(np.asarray(label, np.float64), probability) + 1) / 2


def deciles(came: npt.ArrayLike, predicted: npt.ArrayLike) -> list[dict[str, float]]:
    """The decile table, highest scores first: decile, rows, predicted, came, lift over all, share of all that came."""
    curve = reliability(came, predicted, 10)[::-1]
    rows, total = sum(each.rows for each in curve), sum(each.rows * each.came for each in curve)
    table, before = [], 0.0
    for number, each in enumerate(curve, 1):
        before += each.rows * each.came
        known = total > 0
        facts = {"decile": number, "rows": each.rows, "predicted": each.predicted, "came": each.came}
        facts |= {"lift": each.came * rows / total if known else 0.0, "share_so_far": before / total if known else 0.0}
        table.append(facts)
    return table


def fitted(method: Method, label: npt.ArrayLike, probability: npt.ArrayLike) -> Recalibration:
    """A recalibration learned from scores of rows that their model did not see (Platt 1999; Zadrozny, Elkan 2002)."""
    truth, score = np.asarray(label, np.float64), bounded(probability)
    if method == "platt":
        line = LogisticRegression(C=1e6, max_iter=1_000).fit(_logit(score)[:, None], truth > 0)
        return Recalibration("platt", (float(line.coef_[0, 0]),), (float(line.intercept_[0]),))
    if method == "isotonic":
        steps = IsotonicRegression(y_min=1 / (len(truth) + 2), y_max=1 - 1 / (len(truth) + 2)).fit(score, truth)
        return Recalibration("isotonic", tuple(steps.X_thresholds_.tolist()), tuple(steps.y_thresholds_.tolist()))
    return Recalibration()


def chosen(label: npt.ArrayLike, probability: Numbers, folds: npt.NDArray[np.int64]) -> Choice:
    """The recalibration of least log-loss on folds that did not fit it; none unless it gains more than its error.

    label, probability, folds: one row each; probability must be out of fold. Isotonic from 1,000 positives on.
    """
    truth = np.asarray(label, np.float64)
    methods: list[Method] = ["platt"] if 0 < truth.sum() < len(truth) else []
    methods += ["isotonic"] if ISOTONIC_POSITIVES <= truth.sum() < len(truth) else []
    plain = losses(truth, probability)
    best, crossed, found = "none", bounded(probability), {"none": float(plain.mean())}
    gain_most = 0.0
    for method in methods:
        tried = _cross_fitted(method, truth, probability, folds)
        gain = plain - losses(truth, tried)
        found[method] = float(plain.mean() - gain.mean())
        if gain.mean() > max(gain_most, float(gain.std(ddof=1)) / np.sqrt(len(gain))):
            best, crossed, gain_most = method, tried, float(gain.mean())
    return Choice(fitted(best, truth, probability), crossed, found)  # type: ignore[arg-type]  # one of the methods


def _cross_fitted(method: Method, truth: Numbers, probability: Numbers, folds: npt.NDArray[np.int64]) -> Numbers:
    tried = bounded(probability)
    for fold in np.unique(folds):
        here = folds == fold
        if 0 < truth[~here].sum() < (~here).sum():
            tried[here] = fitted(method, truth[~here], probability[~here]).applied(probability[here])
    return tried


def _logit(probability: npt.ArrayLike) -> Numbers:
    score = bounded(probability)
    return np.asarray(np.log(score) - np.log1p(-score))


def _area(truth: Numbers, predicted: Numbers) -> float:
    """Area between the curve of what came (best first) and the diagonal, ties as straight lines."""
    if not len(truth) or truth.sum() == 0:
        return 0.0
    _, place = np.unique(-predicted, return_inverse=True)
    x = np.concatenate([[0.0], np.cumsum(np.bincount(place)) / len(truth)])
    y = np.concatenate([[0.0], np.cumsum(np.bincount(place, truth)) / truth.sum()])
    return float(np.trapezoid(y, x) - 0.5)
