"""Curve: what every threshold would join, and how much of that would be wrong, by the pairs' own probabilities."""

from datetime import date

import numpy as np
import pyarrow as pa

STEP_BITS = 0.5
FROM_BITS, TO_BITS = -10.0, 20.0  # one in a thousand; one in a million: beyond, a threshold decides nothing
THRESHOLD, MOST_STRANGE = "limit.threshold_weight", "limit.most_strange"


def drawn(points: pa.Table, parameters: pa.Table, night: date) -> pa.Table:
    """The columns of core_identities__curve, one row per half bit and one for the threshold in force.

    `points`: columns match_weight, match_probability, stranger_probability and pairs, how many there are of such;
    `parameters`: columns parameter_code and value. Pairs that are too likely strangers are never joined.
    """
    told = dict(zip(parameters["parameter_code"].to_pylist(), parameters["value"].to_pylist(), strict=True))
    chosen, most_strange = told.get(THRESHOLD, 0.0), told.get(MOST_STRANGE, 1.0)
    columns = ("match_weight", "match_probability", "stranger_probability", "pairs")
    weight, right, strange, pairs = (points[name].to_numpy() for name in columns)
    may = np.flatnonzero(strange <= most_strange)
    may = may[np.argsort(weight[may], kind="stable")]
    first = min([max(FROM_BITS, float(np.floor(weight[may[0]]))) if len(may) else 0.0, float(np.floor(chosen)), 0.0])
    steps = np.union1d(np.arange(first, TO_BITS + STEP_BITS, STEP_BITS), [chosen])
    from_here = np.searchsorted(weight[may], steps, side="left")
    joined = _left(pairs[may])[from_here]
    wrong = np.minimum(_left((pairs * (1 - right))[may])[from_here], joined)
    precision = 1 - np.divide(wrong, joined, out=np.zeros_like(wrong), where=joined > 0)
    return pa.table(
        {
            "threshold_weight": steps,
            "pairs_joined": np.round(joined).astype(np.int64),
            "expected_wrong": wrong,
            "estimated_precision": pa.array(precision, mask=joined <= 0),
            "is_chosen": steps == chosen,
            "trained_date": pa.array([night] * len(steps), pa.date32()),
        }
    )


def _left(values: np.ndarray) -> np.ndarray:
    """Of each place the sum from there to the end; one more place, where nothing is left."""
    return np.append(np.cumsum(values[::-1])[::-1], 0.0)
