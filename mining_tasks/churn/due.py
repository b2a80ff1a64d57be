"""When is a new model due?"""

from dataclasses import dataclass
from datetime import date

from mining_tasks.churn.model import Model
from mining_tasks.churn.wishes import Patience
from mining_tasks.experiments.load import Trained


@dataclass(frozen=True)
class Due:
    """Whether a challenger is due, and why or why not."""

    is_due: bool
    words: str


def reason(night: date, before: Trained | None, present: Model | None, patience: Patience) -> Due:
    """Judge the champion's age. present: the champion, if it can be loaded."""
    if before is None:
        return Due(True, "no model was ever promoted")
    if present is None:
        return Due(True, "the champion cannot be used")
    age = (night - date.fromisoformat(before.card["night"])).days
    nights = f"{age} night" if age == 1 else f"{age} nights"
    if age >= patience.refit_nights:
        return Due(True, f"the champion is {nights} old, a new one is due after {patience.refit_nights}")
    return Due(False, f"no new model is due: the champion is {nights} old of {patience.refit_nights}")
