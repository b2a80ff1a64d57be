"""Where no model may speak, and for those lost already: what silence alone says by the curves of the definition."""

import numpy as np

from mining_tasks.churn.gaps import Days, Numbers
from mining_tasks.churn.horizon import Horizons


def probability(by: Horizons, recency_days: Days, pace: Numbers) -> Numbers:
    """P(no order in her horizon from now | silent for `recency_days`) = S(recency + horizon) / S(recency), per group.

    One row per customer; pace in days, NaN for one order. 1 for a silence longer than any that was seen; NaN for all
    where the horizon is fixed or too little was seen for a curve.
    """
    said = np.full(len(recency_days), np.nan)
    places = by.places(pace)
    for number, group in enumerate(by.groups):
        if not group.staying:
            continue
        here = places == number
        curve, last = np.array(group.staying), len(group.staying) - 1
        left = curve[np.minimum(recency_days[here], last)]
        ahead = curve[np.minimum(recency_days[here] + group.horizon_days, last)]
        said[here] = np.divide(ahead, left, out=np.ones(len(left)), where=left > 0)
    return said
