"""A clock that runs faster in the months in which a kind of customer buys: `speeds` of January … December, mean 1.

What a month that was seldom or never seen is like follows from its neighbours and, far from them, from the average:
logarithms of speeds are drawn to the next month's and to 0, as a random walk around the year. They are drawn the more
the less the months of the kind lie apart: else a dozen orders of the two weeks of September with which a history begins
would tell the next September (on planted shops they had big spenders order 8 % too little to 19 % too much from August
to October, who know no season).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mining_tasks.experiments.habits.cells import Numbers
from mining_tasks.experiments.habits.told import MONTHS, Days, Told

YEAR = np.array([31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) / 365.25
FLAT = tuple([1.0] * MONTHS)
TO_NEXT, TO_FLAT = 0.5, 1.0  # standard deviations of the logarithms, from the next month and from 0, in a wide season
WIDTHS = (0.03, 0.1, 0.3, 1.0)  # of a season beside a wide one
_STEP = np.eye(MONTHS) - np.roll(np.eye(MONTHS), 1, axis=1)
PULL = _STEP.T @ _STEP / TO_NEXT**2 + np.eye(MONTHS) / TO_FLAT**2
ROUNDS, CLOSE = 30, 1e-8


@dataclass(frozen=True)
class Calendar:
    """The days of each month from one day to another."""

    start: int
    end: int

    @cached_property
    def passed(self) -> Numbers:
        """(days + 1) × 12: how many days of each month lie in (start, start + row]."""
        days = np.datetime64("1970-01-01") + np.arange(self.start + 1, self.end + 1)
        counts = np.zeros((self.end - self.start + 1, MONTHS))
        counts[np.arange(1, len(counts)), days.astype("datetime64[M]").astype(int) % MONTHS] = 1.0
        return counts.cumsum(axis=0)

    def shown(self, speeds: Numbers, day: Days) -> Numbers:
        """What the clock shows at the end of each day."""
        return np.asarray((self.passed @ speeds)[day - self.start])


def calendar(told: Told, ahead: int = 0) -> Calendar:
    """From the first order of all until so many days after the day."""
    return Calendar(int(told.first.min()) if len(told) else told.day, told.day + ahead)


def to_come(speeds: Numbers, day: int, horizon: Days) -> Numbers:
    """How far the clock goes on in each number of days after a day."""
    most = int(horizon.max()) if len(horizon) else 0
    return Calendar(day, day + most).shown(speeds, day + horizon)


def learned(orders: Numbers, exposure: Numbers) -> Numbers:
    """Speeds from 12 numbers of orders and of those that an even clock would have brought (Poisson, penalised).

    How far months lie apart is told by the months themselves: the mean over `WIDTHS`, each as likely as it makes these
    orders (Laplace's approximation of their marginal likelihood: Tierney, Kadane, JASA 81, 1986).
    """
    found = [_penalised(orders, exposure, PULL / width**2) for width in WIDTHS]
    evidence = np.array([each for _, each in found])
    weight = np.exp(evidence - evidence.max())
    speeds = np.exp(weight @ np.array([logs for logs, _ in found]) / weight.sum())
    return np.asarray(speeds / (speeds @ YEAR))


def _penalised(orders: Numbers, exposure: Numbers, pull: Numbers) -> tuple[Numbers, float]:
    """Logarithms of the speeds under a prior, and the logarithm of the orders' marginal likelihood."""
    logs = np.zeros(MONTHS)
    for _ in range(ROUNDS):
        expected = exposure * np.exp(logs)
        move = np.linalg.solve(np.diag(expected) + pull, orders - expected - pull @ logs)
        logs = logs + np.clip(move, -1.0, 1.0)
        if np.abs(move).max() < CLOSE:
            break
    expected = exposure * np.exp(logs)
    spread = np.linalg.slogdet(pull)[1] - np.linalg.slogdet(np.diag(expected) + pull)[1]
    return logs, float(orders @ logs - expected.sum() + (spread - logs @ pull @ logs) / 2)
