"""Threshold: how sure a pair must be, so that enough of all joined pairs are right.

No labels: a pair of probability p is wrong with probability 1 - p, so the mean over the joined pairs estimates their
precision. Three errors are told apart: to join members of one household; those of one household who have a name or a
birth date in common, father and son, and twins; and, far worse, strangers.
"""

import numpy as np
import pyarrow as pa

from mining_tasks.identities.model import Floats

STRANGERS_SHARE = 0.00008  # of the joined pairs: of 20,000 planted people 0 to 8 are then joined with a stranger
MOST_NAMESAKE = 0.05  # one case in 20: on planted shops this keeps 19 of 20 pairs of namesakes of one house apart
STRANGERS_ANYWAY = 0.05  # of a pair: a shop of few accounts has no other pairs that make up for one
LEAST_WEIGHT, MOST_WEIGHT = 0.0, 3.0  # bits: an even chance; 8 to 1, more would throw away what is nearly sure


def limits(curve: pa.Table, precision: float) -> tuple[float, float]:
    """The lowest weight of evidence at which the pairs reach the precision, and the most probability of strangers that
    a pair may have.

    `curve`: columns match_weight, match_probability, stranger_probability, namesake_probability, pairs.
    """
    weight, right, strange, namesake, pairs = (curve[name].to_numpy() for name in curve.column_names)
    most_strange = _most(strange, strange * pairs, STRANGERS_SHARE * pairs, STRANGERS_ANYWAY)
    near = (strange <= most_strange) & (namesake <= MOST_NAMESAKE)
    least = -_most(-weight[near], ((1 - right) * pairs)[near], (1 - precision) * pairs[near])
    return float(np.clip(least, LEAST_WEIGHT, MOST_WEIGHT)), most_strange


def _most(order: Floats, wrong: Floats, allowed: Floats, anyway: float = 0.0) -> float:
    """The largest value of `order` up to which the wrong pairs are at most as many as allowed; -infinity if none is."""
    places = np.argsort(order, kind="stable")
    is_good = np.cumsum(wrong[places]) <= np.cumsum(allowed[places]) + anyway
    return float(order[places][is_good].max()) if is_good.any() else -np.inf
