"""When is a model trained anew, and when is tonight too strange for the one in force?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from mining_tasks.campaigns.rates import Past
from mining_tasks.campaigns.split import mature
from mining_tasks.experiments.layout import Layout, Learned
from mining_tasks.experiments.load import Trained
from mining_tasks.experiments.strange import Usual, strange

REFIT_NIGHTS = 7


@dataclass(frozen=True)
class Due:
    """Whether training is due, and why or why not."""

    is_due: bool
    words: str


def reason(night: date, before: Trained | None, past: Sequence[Past], refit_nights: int = REFIT_NIGHTS) -> Due:
    """Due without a model, if it cannot be used, after some nights, or when another campaign's window is over."""
    if before is None:
        return Due(True, "no model was ever promoted")
    card = before.card
    age = (night - date.fromisoformat(card["night"])).days
    if age >= refit_nights:
        return Due(True, f"the champion is {age} nights old, training is due after {refit_nights}")
    born = date.fromisoformat(card["night"])
    new = [one for one in mature(past, night) if one.closed > born]
    if new:
        return Due(True, f"{len(new)} campaigns ended since the champion was trained")
    return Due(False, f"no training is due: the champion is {age} nights old of {refit_nights}, no campaign ended")


def doubt(card: Mapping[str, Any], customers: pa.Table) -> str:
    """Why tonight's customers are too unlike those of the training for the model to be believed; empty if not."""
    columns = tuple(Learned(one["name"], None, one["says_missing"]) for one in card["usual_layout"])
    before = tuple(Usual(**one) for one in card["usual"])
    return "; ".join(strange(before, Layout(columns), customers).withheld)
