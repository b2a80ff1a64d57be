"""How far tonight lies from the night that promoted the model: compact histograms, PSI and KS, and what follows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Code = Literal["ok", "watch", "retrain"]
BINS = 10
CUT_DIGITS = 12  # significant: enough to tell values apart, the same on every machine
WATCH_PSI, RETRAIN_PSI = 0.10, 0.25  # the rule of thumb of credit scoring (Siddiqi, Credit Risk Scorecards, 2006)
WATCH_KS, RETRAIN_KS = 0.10, 0.20  # a distance, no p-value: with 200,000 rows every difference is significant


@dataclass(frozen=True)
class Histogram:
    """Values by bin: those missing, then at most ten bins. cuts: the largest value of each bin but the last."""

    cuts: tuple[float, ...]
    counts: tuple[int, ...]

    @property
    def rows(self) -> int:
        return sum(self.counts)

    @property
    def missing_share(self) -> float:
        return self.counts[0] / self.rows if self.rows else 0.0


def histogram(values: Numbers, cuts: Sequence[float] | None = None) -> Histogram:
    """n values, NaN for missing, in bins of equal mass, or in those of `cuts`; infinite values lie at the ends."""
    there = np.sort(values[~np.isnan(values)])
    if cuts is None:
        cuts = _tenths(there)
    places = np.searchsorted(np.asarray(cuts, np.float64), there, side="left")
    counts = np.bincount(places, minlength=len(cuts) + 1)
    return Histogram(tuple(cuts), (len(values) - len(there), *(int(count) for count in counts)))


def psi(then: Histogram, now: Histogram) -> float:
    """Population stability index of two histograms with the same cuts, missing values as a bin; 0 where one is empty.

    What chance alone would give with so many rows, bins - 1 times the sum of 1 / rows, is taken off (Yurdakul 2018).
    """
    if not then.rows or not now.rows:
        return 0.0
    before, after = _shares(then), _shares(now)
    index = float(((after - before) * np.log(after / before)).sum())
    return max(0.0, index - (len(before) - 1) * (1 / then.rows + 1 / now.rows))


def ks(then: Histogram, now: Histogram) -> float:
    """Largest distance of the two distributions at the cuts, of values that are there; 0 where there is none."""
    before, after = (np.asarray(each.counts[1:], np.float64) for each in (then, now))
    if not before.sum() or not after.sum():
        return 0.0
    return float(np.abs(np.cumsum(before) / before.sum() - np.cumsum(after) / after.sum()).max())


def code(index: float, distance: float) -> Code:
    """What a PSI and a KS distance ask for."""
    if index > RETRAIN_PSI or distance > RETRAIN_KS:
        return "retrain"
    return "watch" if index > WATCH_PSI or distance > WATCH_KS else "ok"


def _tenths(ordered: Numbers) -> tuple[float, ...]:
    """The values at the tenths; fewer where many are equal: a bin is never empty on the night itself."""
    finite = ordered[np.isfinite(ordered)]
    if not len(finite):
        return ()
    at = finite[[len(finite) * tenth // BINS for tenth in range(1, BINS)]]
    return tuple(sorted({float(f"{value:.{CUT_DIGITS}g}") for value in at if value < finite[-1]}))


def _shares(each: Histogram) -> Numbers:
    """Share of each bin, half a row added to each so that none is zero."""
    counts = np.asarray(each.counts, np.float64) + 0.5
    return np.asarray(counts / counts.sum())
