"""What was decided tonight about each model and family, as a row for readers."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

PHASES = ("business", "data", "preparation", "modelling")
TOLD = ("family", "verdict", "figures", "champion", "challenger")
MEASURES = ("log_loss", "gini")  # by which trials decide; see experiments.measures
LATER = ("models", "quality")  # published after this table is made: what is known of them is of an earlier run


def row(verdict: Mapping[str, Any], since: date | None, goal: Mapping[str, Any]) -> dict[str, Any]:
    """A verdict of the ledger for readers.

    since: the night that promoted the champion. goal: the family's objectives.
    """
    phase = goal.get("on_no_go")
    return {
        **{name: verdict[name] for name in TOLD},
        "subject_code": verdict["subject"],
        "reasons": verdict["reasons"] or "none given",
        "champion_since_date": since if verdict["champion"] else None,
        "phase_code": phase if verdict["verdict"] == "no-go" and phase in PHASES else None,
        **_compared(json.loads(verdict["figures"])),
    }


def _compared(figures: Mapping[str, Any]) -> dict[str, Any]:
    """The measure and what each contestant reached, where a trial noted them as `<measure>_<contestant>`."""
    named = [name for name in MEASURES if f"{name}_baseline" in figures]
    if not named:
        return {}
    found = {who: figures.get(f"{named[0]}_{who}") for who in ("baseline", "champion", "challenger")}
    return {"measure": named[0], **{f"{who}_figure": value for who, value in found.items()}}
