"""How close told numbers come to true ones: rank, order, calibration; from arrays to numbers."""

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
GROUPS = 10


def ranks(values: Numbers) -> Numbers:
    """1 for the least; equal ones share the mean of their ranks."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return np.asarray((ends - (counts - 1) / 2)[place], np.float64)


def rank_correlation(told: Numbers, true: Numbers) -> float | None:
    """Spearman's; None where either is the same for all, or for fewer than three."""
    if len(told) < 3 or np.ptp(told) == 0 or np.ptp(true) == 0:
        return None
    return float(np.corrcoef(ranks(told), ranks(true))[0, 1])


def auc(score: Numbers, came: npt.NDArray[np.bool_]) -> float | None:
    """The chance that one to whom it came scores higher than one to whom it did not, ties half (Mann, Whitney)."""
    ones = int(came.sum())
    zeros = len(came) - ones
    if not ones or not zeros:
        return None
    return float((ranks(score)[came].sum() - ones * (ones + 1) / 2) / (ones * zeros))


def groups(told: Numbers, count: int = GROUPS) -> npt.NDArray[np.int64]:
    """The group of each, least first, groups as equal in number as can be; equal numbers by their place."""
    place = np.empty(len(told), np.int64)
    place[np.argsort(told, kind="stable")] = np.arange(len(told))
    return place * count // max(len(told), 1)


def calibration_error(told: Numbers, came: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Expected calibration error over ten equal groups of a probability, and what luck alone would make of it.

    The latter is the mean over groups of the mean absolute error of a share, sqrt(2 p (1 - p) / (π n)).
    """
    group = groups(told)
    counts = np.bincount(group, minlength=GROUPS)
    held = counts > 0
    said, share = (np.bincount(group, values, GROUPS)[held] / counts[held] for values in (told, came))
    weight = counts[held] / len(told)
    luck = np.sqrt(2 * said * (1 - said) / (np.pi * counts[held]))
    return float((weight * np.abs(said - share)).sum()), float((weight * luck).sum())


def auc_difference_error(one: Numbers, other: Numbers, came: npt.NDArray[np.bool_]) -> float:
    """The standard error of the difference of two AUCs over the same people (DeLong, DeLong, Clarke-Pearson 1988)."""
    ones, zeros = int(came.sum()), int((~came).sum())
    if ones < 2 or zeros < 2:
        return 0.0
    apart = _placements(one, came) - _placements(other, came)
    return float(np.sqrt(apart[came].var(ddof=1) / ones + apart[~came].var(ddof=1) / zeros))


def _placements(score: Numbers, came: npt.NDArray[np.bool_]) -> Numbers:
    """For each person the share of those of the other kind whom she is ranked right against."""
    whole, place = ranks(score), np.empty(len(score))
    for kind, sign in ((came, 1.0), (~came, -1.0)):
        others = len(score) - kind.sum()
        below = (whole[kind] - ranks(score[kind])) / others
        place[kind] = below if sign > 0 else 1 - below
    return place
