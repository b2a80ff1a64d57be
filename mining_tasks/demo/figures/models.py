"""Models: whether a verdict is told of every family that mined something."""

from collections.abc import Iterator

import expectations
from mining_tasks.demo.figure import Figure
from mining_tasks.demo.sight import Sight

ROOM = "models"
REPORTS = ("models", "quality")  # published after the verdicts are listed
UNTOLD = Figure(ROOM, "families without a verdict", 0, "at most", "families", "on whether they may be published")
FIGURES = (UNTOLD,)


def measure(sight: Sight) -> Iterator[Figure]:
    told = {row["family"] for row in sight.rows(__file__, "models_told.sql")}
    untold = sorted(set(expectations.families()) - set(REPORTS) - told)
    yield UNTOLD.of(len(untold), ", ".join(untold))
