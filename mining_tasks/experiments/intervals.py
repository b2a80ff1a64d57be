"""Does an interval hold as often as it says? Its coverage on later customers, against what chance alone would show."""

import numpy as np
import numpy.typing as npt

from mining_tasks.experiments.bootstrap import draws, interval
from mining_tasks.experiments.judge import Rule

Numbers = npt.NDArray[np.float64]
OFF_MOST = 0.05  # an interval said to hold 80 % may hold 75 to 85 %
EDGE = 1e-9  # amounts are sums of floats: a value at the edge lies inside


def covers(came: Numbers, low: Numbers, high: Numbers, customer: npt.NDArray, asked: float = 0.8) -> Rule:
    """The rule that a share `asked` of what came lies within low and high, give or take 0.05 or what chance shows.

    It does not hold without rows, or if a bound is missing or the wrong way round. Raises ValueError for arrays of
    several lengths.
    """
    words = "share of what came that lies within its interval"
    if len({len(came), len(low), len(high), len(customer)}) > 1:
        raise ValueError("what came, its bounds and its customers must be of one length")
    if not len(came) or not (np.isfinite(came).all() and np.isfinite(low).all() and (high >= low).all()):
        return Rule("interval_coverage", None, False, f"{asked:g}, with bounds for every row", words)
    slack = EDGE * np.maximum(np.abs(came), 1)
    inside = ((came >= low - slack) & (came <= high + slack)).astype(np.float64)
    by, cell = draws(customer), np.zeros(len(came), np.int64)
    drawn, rows = by.sums(cell, 1, inside)[1][:, 0], by.sums(cell, 1)[1][:, 0]
    lower, upper = interval(drawn / rows)
    share = float(inside.mean())
    # near 0 and 1 resampling knows no chance: then what as many independent rows would show
    chance = 1.96 * (asked * (1 - asked) / len(came)) ** 0.5
    allowed = max(OFF_MOST, chance, (upper - lower) / 2)
    holds = abs(share - asked) <= allowed
    return Rule("interval_coverage", share, holds, f"{asked:g} give or take {allowed:.2g}", words)
