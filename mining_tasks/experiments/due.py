"""When is a refit due? By age, by drift of the customers, or because what came was not what was said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from mining_tasks.experiments.bootstrap import draws
from mining_tasks.experiments.holdout import Holdout, Limits
from mining_tasks.experiments.measures import WORDS, calibrated, measured

Numbers = npt.NDArray[np.float64]
NIGHTS = 7
DRIFT_PSI = 0.25  # the usual mark of a new population; 0.1 is that of a first look


@dataclass(frozen=True)
class Due:
    """Whether a refit is due, and why or why not."""

    is_due: bool
    words: str


@dataclass(frozen=True)
class Signs:
    """What speaks for a refit before its time.

    broken: why the champion cannot be used. drift: stability index (PSI) by column or score, of tonight against the
    customers it was taught on. lost: what `lost` says of predictions whose day has come. Empty: nothing.
    refused: the night on which the newest challenger was refused, if one was: the same data would teach much the same.
    """

    broken: str = ""
    drift: Mapping[str, float] | None = None
    lost: str = ""
    refused: date | None = None


def reason(
    night: date, card: Mapping[str, Any] | None, signs: Signs, nights: int = NIGHTS, drift_psi: float = DRIFT_PSI
) -> Due:
    """Judge a champion by its card (which tells its `night`; none before the first) and by the signs."""
    if card is not None and signs.broken:
        return Due(True, f"the champion cannot be used: {signs.broken}")
    since = (night - signs.refused).days if signs.refused else nights
    if since < nights:
        return Due(False, f"a challenger was refused {_nights(since)} ago, another is due after {nights}")
    if card is None:
        return Due(True, "no model was ever promoted")
    age = (night - date.fromisoformat(card["night"])).days
    if age >= nights:
        return Due(True, f"the champion is {_nights(age)} old, a refit is due after {nights}")
    drifted = {name: index for name, index in (signs.drift or {}).items() if index > drift_psi}
    if drifted:
        most = max(drifted, key=lambda name: drifted[name])
        return Due(True, f"{most} drifted: index {drifted[most]:.2f}, a refit is due above {drift_psi:g}")
    if signs.lost:
        return Due(True, signs.lost)
    return Due(False, f"no refit is due: the champion is {_nights(age)} old of {nights}")


def lost(came: Holdout, said: Numbers, limit: Limits) -> str:
    """A sentence if predictions that came due say no more than their mean, or are off beyond limit and noise.

    came: what came, one row per prediction. Too few rows say nothing: an empty text.
    """
    known = np.isfinite(said) & np.isfinite(came.label)
    label, scored, customer = came.label[known], said[known], came.customer[known]
    events = int((label > 0).sum())
    others = len(label) - events if limit.measure == "label" else len(label)
    if len(label) < limit.rows_least or min(events, others) < limit.events_least:
        return ""
    by, everyone = draws(customer), np.zeros(len(label), np.int64)
    mine, mean = measured(limit.measure, label, [scored, np.full(len(label), label.mean())], by, everyone)
    best = mine.above(mean).interval()[1]
    if best <= 0:
        return f"in {WORDS[limit.measure]} what came was told no better than by its mean ({len(label):,} predictions)"
    error, noise = calibrated(limit.measure, label, scored, by)
    most = max(limit.calibration_error_most, noise)
    return f"what came lies {error:.3g} from what was said, {most:.3g} is allowed" if error > most else ""


def _nights(age: int) -> str:
    return f"{age} night" if age == 1 else f"{age} nights"
