"""What would other customers have said? Resampling by customer, the same draws for all who are compared."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
REPLICATES = 1_000
BLOCKS = 2_000  # more customers are dealt into so many equal lots at random: their spread is known to 2 %
SEED = 20170101
TAIL = 2.5  # per cent on either side of an interval


@dataclass(frozen=True)
class Draws:
    """The lot of each row, and how often each lot counts in each replicate (replicates × lots)."""

    lot: npt.NDArray[np.int64]
    weight: Numbers

    @property
    def lots(self) -> int:
        return int(self.weight.shape[1])

    def sums(self, cell: npt.NDArray[np.int64], cells: int, values: Numbers | None = None) -> tuple[Numbers, Numbers]:
        """Sums of values (or counts of rows) by cell: as they are (cells), and in each replicate (replicates × cells).

        cell: n numbers below `cells`; rows with a negative one are left out.
        """
        kept = cell >= 0
        place = self.lot[kept] * cells + cell[kept]
        weights = None if values is None else values[kept]
        by_lot = np.bincount(place, weights, self.lots * cells).reshape(self.lots, cells).astype(np.float64)
        return by_lot.sum(axis=0), self.weight @ by_lot


def draws(customer: npt.NDArray, replicates: int = REPLICATES, seed: int = SEED) -> Draws:
    """The draws for n rows of customers; all rows of one lie in one lot. The order of rows does not matter.

    Raises ValueError without rows.
    """
    if not len(customer):
        raise ValueError("there is nobody to draw from")
    people, person = np.unique(customer, return_inverse=True)
    lots = min(len(people), BLOCKS)
    dealt = np.random.default_rng(seed).permutation(len(people)) % lots
    return Draws(dealt[person], _weights(lots, replicates, seed))


@lru_cache(maxsize=4)  # 16 MB each; every trial of a family asks for the same
def _weights(lots: int, replicates: int, seed: int) -> Numbers:
    chance = np.random.default_rng([seed, lots])
    drawn = chance.multinomial(lots, np.full(lots, 1 / lots), size=replicates).astype(np.float64)
    drawn.setflags(write=False)
    return drawn


def interval(replicates: Numbers) -> tuple[float, float]:
    """The middle 95 % of replicates; NaN twice if none is a number."""
    known = replicates[np.isfinite(replicates)]
    if not len(known):
        return float("nan"), float("nan")
    low, high = np.percentile(known, [TAIL, 100 - TAIL])
    return float(low), float(high)
