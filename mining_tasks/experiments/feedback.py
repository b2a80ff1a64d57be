"""What last night's tables say of the model in use: reasons to train anew before it is due by age.

Drift and outcomes are told after the families have published, so a family hears of them on the next night.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import expectations
from mining_tasks.experiments.due import Signs
from mining_tasks.warehouse import ledger, shelf

DRIFTED_INPUTS = 3  # features beyond the limit at once, where the model does not say which it looks at


def reasons(family: str, night: date) -> tuple[str, ...]:
    """Why a family should train anew tonight, one sentence each; empty if nothing drifted and nothing was missed."""
    promoted = ledger.champion(family, night, inclusive=False)
    return (*_drifted(family, night, promoted["model"] if promoted else ""), *_missed(family, night))


def signs(family: str, night: date, broken: str = "") -> Signs:
    """The same as signs that `due.reason` reads. broken: why the champion cannot be used, empty if it can."""
    return Signs(broken, lost="; ".join(reasons(family, night)), refused=ledger.last_refused(family, night))


def _drifted(family: str, night: date, model: str) -> tuple[str, ...]:
    """Drift of what the champion looks at and says; what was told of an earlier champion does not count."""
    rows = [row for row in _last("pub_models__drift", night) if (row["family"], row["model"]) == (family, model)]
    far = [row for row in rows if row["drift_code"] == "retrain" and row["is_input"] is not False]
    known = [row for row in far if row["subject_code"] == "score" or row["is_input"]]
    if not known and len(far) < DRIFTED_INPUTS:
        return ()
    worst = max(known or far, key=lambda row: (row["psi"], row["ks"], row["name"]))
    count = f" and {len(far) - 1} more" if len(far) > 1 else ""
    figures = f"PSI {worst['psi']:.2f}, KS {worst['ks']:.2f}"
    return (f"the {worst['subject_code']} {worst['name']}{count} drifted since {worst['since_night']}: {figures}",)


def _missed(family: str, night: date) -> tuple[str, ...]:
    """Predictions that fell due last night and did not come true; each counts once, the night after it was found."""
    rows = [row for row in _last("pub_models__outcomes", night) if row["family"] == family and _is_new(row)]
    return tuple(
        f"{row['prediction']} of {row['made_night']} did not come true: it was {row['outcome_code']}, "
        f"{row['predicted_mean']:.4g} foretold and {row['came_mean']:.4g} came"
        for row in rows
        if row["is_within"] is False
    )


def _is_new(row: Mapping[str, Any]) -> bool:
    """A row about all customers that was compared on the night that told it."""
    return (row["segment_id"], row["decile"], row["compared_night"]) == ("all", 0, row["night"])


def _last(table: str, night: date) -> list[dict[str, Any]]:
    part = shelf.read_before(expectations.table(table), night)
    return part.arrow().to_pylist() if part else []
