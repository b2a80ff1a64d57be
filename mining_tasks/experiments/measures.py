"""How good is a score? One number where higher is better, in total and in every replicate, for any set of groups."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mining_tasks.experiments.bootstrap import Draws, interval
from mining_tasks.experiments.calibration import auc, calibration_error, calibration_noise, gini, losses, reliability
from mining_tasks.experiments.holdout import Kind

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
BINS = 200  # of equal mass, in which a ranking is kept while it is resampled; moves a Gini by less than 1e-4
BINS_OF_GROUPS = 50  # the same within groups, by less than 1e-3
DECILES = 10
NOISE_95 = 1.4  # upper 95 % of the mean of ten half normals against its expectation


@dataclass(frozen=True)
class Measured:
    """A measure by group: as it is (groups), and in each replicate (replicates × groups); NaN where none is."""

    point: Numbers
    replicates: Numbers

    def above(self, other: "Measured") -> "Measured":
        return Measured(self.point - other.point, self.replicates - other.replicates)

    def interval(self, group: int = 0) -> tuple[float, float]:
        return interval(self.replicates[:, group])

    def error(self, group: int = 0) -> float:
        """The standard error."""
        known = self.replicates[:, group][np.isfinite(self.replicates[:, group])]
        return float(known.std(ddof=1)) if len(known) > 1 else float("nan")


NAMES = {"label": "log_loss", "amount": "gini"}
WORDS = {"label": "log-loss", "amount": "normalised Gini"}


def measured(kind: Kind, label: Numbers, scores: Sequence[Numbers], by: Draws, cell: Places) -> list[Measured]:
    """Minus the log-loss of probabilities, or the normalised Gini of amounts, of each group; one for each of `scores`.

    cell: the group of each row by number from 0, -1 for none.
    """
    if kind == "label":
        rows = Measured(*by.sums(cell, _count(cell)))
        return [_over(Measured(*by.sums(cell, _count(cell), -losses(label, scored))), rows) for scored in scores]
    best = _areas(label, label, by, cell)
    return [_over(_areas(label, scored, by, cell), best) for scored in scores]


def ranked(kind: Kind, label: Numbers, scored: Numbers) -> dict[str, float]:
    """Figures beside the measure: AUC of probabilities; bias, mean absolute error of amounts (never a gate)."""
    if kind == "label":
        return {"auc": auc(label, scored)}
    total = float(label.sum())
    bias = float(scored.sum()) / total if total else float("nan")
    return {
        "gini": gini(label, scored),
        "bias_ratio": bias,
        "absolute_error_mean": float(np.abs(label - scored).mean()),
    }


def calibrated(kind: Kind, label: Numbers, scored: Numbers, by: Draws) -> tuple[float, float]:
    """The calibration error over ten bins of equal mass, and the most that chance alone would show (95 %).

    Of amounts: the sum over deciles of |came - expected| as a share of all that came.
    """
    if kind == "label":
        return calibration_error(label, scored), NOISE_95 * calibration_noise(scored)
    total = float(np.abs(label).sum())
    if not total:
        return float("nan"), float("nan")
    error = sum(each.rows * abs(each.predicted - each.came) for each in reliability(label, scored, DECILES)) / total
    came, drawn = by.sums(_bins(scored, DECILES), DECILES, label)
    return error, float(np.percentile(np.abs(drawn - came).sum(axis=1), 95)) / total


def _over(part: Measured, whole: Measured) -> Measured:
    return Measured(_ratio(part.point, whole.point), _ratio(part.replicates, whole.replicates))


def _count(cell: Places) -> int:
    return int(cell.max(initial=-1)) + 1


def _areas(label: Numbers, scored: Numbers, by: Draws, cell: Places) -> Measured:
    """Area between the curve of what came, best first, and the diagonal, ties as straight lines."""
    cells = _count(cell)
    bins = BINS if cells <= 1 else BINS_OF_GROUPS
    place = np.where(cell >= 0, cell * bins + (bins - 1 - _bins(scored, bins)), -1)
    rows, drawn_rows = by.sums(place, cells * bins)
    came, drawn_came = by.sums(place, cells * bins, label)
    return Measured(_area(rows, came, bins), _area(drawn_rows, drawn_came, bins))


def _area(rows: Numbers, came: Numbers, bins: int) -> Numbers:
    shape = (*rows.shape[:-1], -1, bins)
    x, y = (np.cumsum(each.reshape(shape), axis=-1) for each in (rows, came))
    x, y = (_ratio(each, each[..., -1:]) for each in (x, y))
    corner = x[..., 0] * y[..., 0] / 2  # from the origin to the first point
    return np.asarray(corner + np.trapezoid(y, x, axis=-1) - 0.5)


def _ratio(part: Numbers, whole: Numbers) -> Numbers:
    return np.asarray(np.divide(part, whole, out=np.full(np.shape(part), np.nan), where=whole > 0))


def _bins(scored: Numbers, bins: int) -> Places:
    """The bin of each row, 0 the lowest; equal scores in one bin."""
    _, place, count = np.unique(scored, return_inverse=True, return_counts=True)
    middle = np.cumsum(count) - (count + 1) / 2
    return np.asarray(np.floor(middle * bins / len(scored)), np.int64)[place]
