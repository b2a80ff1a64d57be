"""When is a refit due? Centres stay frozen in between, so that nobody changes segment because a seed did."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np

from mining_tasks.experiments import due
from mining_tasks.experiments.due import Due, Signs
from mining_tasks.segments.compare import Limits, psi, shares


def reason(
    night: date,
    card: Mapping[str, Any] | None,
    served: np.ndarray | str | None,
    limit: Limits,
    refused: date | None = None,
) -> Due:
    """Judge the champion's age and how far the customers have drifted from those it was fitted on.

    card: the champion's card. served: the segment ids it gives tonight's buyers, or why it cannot be loaded.
    Both are missing before the first champion. refused: the night on which the newest challenger was refused.
    """
    known = None if served is None else card
    if isinstance(served, str) or known is None or served is None:
        signs = Signs(broken=served if isinstance(served, str) else "", refused=refused)
    else:
        signs = Signs(drift={"the customers": drifted(known, served)}, refused=refused)
    return due.reason(night, known, signs, limit.refit_nights, limit.drift_psi)


def drifted(card: Mapping[str, Any], served: np.ndarray) -> float:
    """Stability index between the shares at the champion's birth and tonight's; 0 where nobody buys."""
    born = {segment["id"]: float(segment["share"]) for segment in card["segments"]}
    return psi(born, shares(served)) if len(served) else 0.0
