"""What a kind of customer buys of: counts by department, each customer with tastes of her own (Dirichlet-multinomial).

Minka, "Estimating a Dirichlet distribution", 2000: the fixed point for its weights. Whole numbers come from tables.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import digamma, gammaln

from mining_tasks.experiments.habits.cells import Numbers
from mining_tasks.experiments.habits.told import Days

LEAST, MOST = 1e-4, 1e4
FACTORS = (1.0, 0.7, 1.5)


@dataclass(frozen=True)
class Counts:
    """n × m whole numbers, one column per department."""

    numbers: Days

    @cached_property
    def totals(self) -> Days:
        return np.asarray(self.numbers.sum(axis=1))

    @cached_property
    def most(self) -> Days:
        return np.asarray(self.numbers.max(axis=0, initial=0))

    def log_likelihood(self, weights: Numbers) -> Numbers:
        """Of each customer, up to what hangs on no weight."""
        found = -_rising(weights.sum(), int(self.totals.max(initial=0)))[self.totals]
        for place, weight in enumerate(weights):
            found += _rising(weight, int(self.most[place]))[self.numbers[:, place]]
        return np.asarray(found)

    def fitted(self, weights: Numbers, share: Numbers) -> Numbers:
        """Weights of larger likelihood. share: of each customer, how much of her is of this kind.

        The fixed point finds the proportions fast and the sum slowly, which is therefore tried larger and smaller.
        """
        totals = np.bincount(self.totals, share).astype(np.float64)
        columns = [np.bincount(self.numbers[:, place], share).astype(np.float64) for place in range(len(weights))]
        below = totals @ _slope(weights.sum(), len(totals))
        above = [found @ _slope(weight, len(found)) for found, weight in zip(columns, weights, strict=True)]
        moved = weights * (np.array(above) + LEAST) / (below + LEAST)
        tried = [np.clip(moved * factor, LEAST, MOST) for factor in FACTORS]
        return max(tried, key=lambda each: _whole(columns, totals, each))


def _whole(columns: Sequence[Numbers], totals: Numbers, weights: Numbers) -> float:
    """Log-likelihood of all, from how many customers have each number."""
    of_columns = (found @ _rising(weight, len(found) - 1) for found, weight in zip(columns, weights, strict=True))
    return float(sum(of_columns) - totals @ _rising(weights.sum(), len(totals) - 1))


def _rising(weight: float, most: int) -> Numbers:
    """log of weight × (weight + 1) × … by number of factors."""
    return np.asarray(gammaln(weight + np.arange(most + 1)) - gammaln(weight))


def _slope(weight: float, count: int) -> Numbers:
    return np.asarray(digamma(weight + np.arange(count)) - digamma(weight))
