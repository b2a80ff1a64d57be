"""When is a refit due? Centres stay frozen in between, so that nobody changes segment because a seed did."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from mining_tasks.segments.compare import Limits, psi, shares


@dataclass(frozen=True)
class Due:
    """Whether a refit is due, and why or why not."""

    is_due: bool
    words: str


def reason(night: date, card: Mapping[str, Any] | None, served: np.ndarray | str | None, limit: Limits) -> Due:
    """Judge the champion's age and how far the customers have drifted from those it was fitted on.

    card: the champion's card. served: the segment ids it gives tonight's buyers, or why it cannot be loaded.
    Both are missing before the first champion.
    """
    if card is None or served is None:
        return Due(True, "no model was ever promoted")
    if isinstance(served, str):
        return Due(True, f"the champion cannot be used: {served}")
    age = (night - date.fromisoformat(card["night"])).days
    if age >= limit.refit_nights:
        return Due(True, f"the champion is {_nights(age)} old, a refit is due after {limit.refit_nights}")
    drift = drifted(card, served)
    if drift > limit.drift_psi:
        return Due(True, f"the customers drifted: index {drift:.2f}, a refit is due above {limit.drift_psi:g}")
    return Due(False, f"no refit is due: the champion is {_nights(age)} old of {limit.refit_nights}")


def drifted(card: Mapping[str, Any], served: np.ndarray) -> float:
    """Stability index between the shares at the champion's birth and tonight's; 0 where nobody buys."""
    born = {segment["id"]: float(segment["share"]) for segment in card["segments"]}
    return psi(born, shares(served)) if len(served) else 0.0


def _nights(age: int) -> str:
    return f"{age} night" if age == 1 else f"{age} nights"
