"""Is there enough to learn segments from? What is missing, and from when it will be there at the present pace."""

from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

BUYERS = 350  # a segment of 3 %, the smallest allowed, then holds ten customers
BEHAVIOURS = 30  # different rows of features; fewer are groups already
PACE_DAYS = 90


@dataclass(frozen=True)
class Enough:
    """The sufficiency report: how many buyers and behaviours there are, and in words what is missing."""

    buyers: int
    behaviours: int
    missing: str

    def figures(self) -> dict[str, float]:
        return {"buyers_count": float(self.buyers), "behaviours_count": float(self.behaviours)}


def enough(buyers: pa.Table, numbers: np.ndarray, night: date) -> Enough:
    """Judge the buyers of a night and their feature matrix."""
    behaviours = len(np.unique(numbers, axis=0))
    if len(numbers) < BUYERS:
        missing = f"{len(numbers):,} buyers, {BUYERS:,} are needed; {_when(buyers, night)}"
    elif behaviours < BEHAVIOURS:
        missing = f"{behaviours} different behaviours, {BEHAVIOURS} are needed: the customers are too much alike"
    else:
        missing = ""
    return Enough(len(numbers), behaviours, missing)


def _when(buyers: pa.Table, night: date) -> str:
    new = pc.sum(pc.cast(pc.less(buyers["tenure_days"], PACE_DAYS), pa.int64())).as_py() or 0
    if not new:
        return f"no new buyer came in {PACE_DAYS} days"
    days = ceil((BUYERS - buyers.num_rows) * PACE_DAYS / new)
    return f"at the pace of the last {PACE_DAYS} days from about {night + timedelta(days=days)}"
