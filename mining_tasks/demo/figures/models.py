"""Models: whether a verdict is told of every family that mined something, and whether what came is told rightly.

What came of predictions can be held against the truth once some fall due: 90 days after they were made, where `make
truth` runs three nights. Until then it cannot be said; nor afterwards, before somebody writes it.
"""

from collections.abc import Iterator

import expectations
from mining_tasks.demo.figure import CannotSay, Figure
from mining_tasks.demo.sight import Sight

ROOM = "models"
REPORTS = ("models", "quality")  # published after the verdicts are listed
UNTOLD = Figure(ROOM, "families without a verdict", 0, "at most", "families", "on whether they may be published")
CAME = Figure(ROOM, "outcomes told wrongly", 0, "at most", "rows", "of predictions that fell due, by the true orders")
FIGURES = (UNTOLD, CAME)


def measure(sight: Sight) -> Iterator[Figure]:
    told = {row["family"] for row in sight.rows(__file__, "models_told.sql")}
    untold = sorted(set(expectations.families()) - set(REPORTS) - told)
    yield UNTOLD.of(len(untold), ", ".join(untold))
    if sight.row(__file__, "models_outcomes.sql")["outcomes"]:
        raise CannotSay("predictions fell due, and no figure holds them against the true orders yet")
    yield CAME.later("no prediction has fallen due by this night")
