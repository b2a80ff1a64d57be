"""When is a model trained anew, and when is tonight too strange for the one in force?"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow as pa

from mining_tasks.campaigns.rates import Past
from mining_tasks.campaigns.split import mature
from mining_tasks.experiments import due
from mining_tasks.experiments.due import Due, Signs
from mining_tasks.experiments.layout import Layout, Learned
from mining_tasks.experiments.load import Trained
from mining_tasks.experiments.strange import Usual, strange

NO_SIGNS = Signs()


def reason(
    night: date, before: Trained | None, past: Sequence[Past], signs: Signs = NO_SIGNS, nights: int = due.NIGHTS
) -> Due:
    """Due as for every family, and when another campaign's window is over."""
    card = before.card if before else None
    born = date.fromisoformat(card["night"]) if card else night
    ended = [one for one in mature(past, night) if one.closed > born]
    said = [f"{len(ended)} campaigns ended since the champion was trained"] if ended else []
    lost = "; ".join([*said, signs.lost] if signs.lost else said)
    return due.reason(night, card, replace(signs, lost=lost), nights)


def doubt(card: Mapping[str, Any], customers: pa.Table) -> str:
    """Why tonight's customers are too unlike those of the training for the model to be believed; empty if not."""
    columns = tuple(Learned(one["name"], None, one["says_missing"]) for one in card["usual_layout"])
    before = tuple(Usual(**one) for one in card["usual"])
    return "; ".join(strange(before, Layout(columns), customers).withheld)
