"""Several estimators in one model file: who responds, and the uplift of each kind of offer.

scikit-learn's own container is used as a box, so that a model's file holds no type of ours. The box's own prediction
means nothing; its parts are asked one by one.
"""

from collections.abc import Mapping
from typing import Any

from sklearn.ensemble import VotingRegressor

RESPONSE = "response"
UPLIFT = "uplift "  # before the kind


def boxed(parts: Mapping[str, Any]) -> VotingRegressor:
    """Fitted estimators of one matrix by name, in a container that can be saved."""
    box = VotingRegressor([(name, "drop") for name in parts])  # the names alone: each part is kept once
    box.estimators_ = list(parts.values())
    return box


def part(box: Any, name: str) -> Any:
    """The estimator of that name; raises ValueError if the box does not hold it."""
    return box.estimators_[[one for one, _ in box.estimators].index(name)]
