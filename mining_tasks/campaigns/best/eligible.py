"""Who may be offered what: bounds on feature columns, as campaigns.toml states them."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mining_tasks.campaigns.best.rules import Bounds, Rules
from mining_tasks.campaigns.offers import Mask

EVERYBODY = "all"  # bounds under this name hold for every offer


def eligible(features: pa.Table, codes: Sequence[str], rules: Rules) -> Mask:
    """(n, k) True where an offer's bounds and those of all offers hold; a number that is missing keeps no bound."""
    found = np.repeat(_within(features, rules.eligible.get(EVERYBODY, {}))[:, None], len(codes), axis=1)
    for place, code in enumerate(codes):
        found[:, place] &= _within(features, rules.eligible.get(code, {}))
    return found


def _within(features: pa.Table, bounds: Bounds) -> Mask:
    found = np.ones(features.num_rows, bool)
    for column, sides in bounds.items():
        value = pc.cast(features[column], pa.float64()).to_numpy()
        found &= value >= sides.get("at_least", -np.inf)
        found &= value <= sides.get("at_most", np.inf)
    return found
