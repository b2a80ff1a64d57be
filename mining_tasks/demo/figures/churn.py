"""Churn, held against the true probability that a customer orders nothing until her due date, and who did not.

The aim is asked of the true probabilities as they are: those of one who knows each person's own rate and chance to
leave, for orders that come to this customer and are not cancelled, by her type's clock, and how likely campaigns to
come will add one (`demo/ahead`). Nobody can see a rate. So the same is told of one who sees what the shop sees: the
habits of every type (how its rates and chances to leave are spread), the type behind each customer, and when she
ordered; how far the two are apart no model can make up.

A customer without an order cannot be lost: she needs a row, and no probability is asked of it. Thresholds are what the
room reaches today on the shop that `make truth` plants, and may be missed by two standard errors.
"""

from collections.abc import Iterator
from math import pi, sqrt

import numpy as np

from mining_tasks.demo import ahead, measures
from mining_tasks.demo.figure import Figure
from mining_tasks.demo.sight import Sight

ROOM = "churn"
EVERYBODY = Figure(ROOM, "customers without one row", 0, "at most", "customers", "against all of the night")
WITHOUT = Figure(ROOM, "buyers without a probability", 0, "at most", "customers", "of all who ordered")
UNSAID = Figure(ROOM, "probabilities undefined", 0, "at most", "customers", "no source, definition or true due date")
BEHIND = Figure(ROOM, "AUC behind the true probabilities", 0.03, "at most", "share", "rates known", aim=0.02)
BEHIND_SEEN = Figure(
    ROOM, "AUC behind what can be seen", 0.02, "at most", "share", "the same, of who sees what the shop sees"
)
ERROR = Figure(ROOM, "calibration error", 0.02, "at most", "share", "ten equal groups, against what came", aim=0.02)
FIGURES = (EVERYBODY, WITHOUT, UNSAID, BEHIND, BEHIND_SEEN, ERROR)


def measure(sight: Sight) -> Iterator[Figure]:
    told = sight.row(__file__, "churn_told.sql")
    yield EVERYBODY.of(told["astray"], f"of {told['customers']:,}")
    yield WITHOUT.of(told["without"])
    yield UNSAID.of(told["unsaid"] + told["undefined"], f"{told['unsaid']:,} without a source")
    world = ahead.show(sight)
    cancelled = float(world.settings["buying"]["cancelled_share"])
    rows = sight.table(__file__, "churn_ahead.sql", cancelled_share=cancelled)
    probability, seen, latent = (rows[name].to_numpy() for name in ("probability", "seen", "silence"))
    silent = rows["is_silent"].to_numpy(zero_copy_only=False)
    yield behind(BEHIND, probability, latent, silent)
    yield behind(BEHIND_SEEN, probability, seen, silent)
    if len(rows):
        yield calibration(probability, silent)


def behind(figure: Figure, probability: np.ndarray, true: np.ndarray, silent: np.ndarray) -> Figure:
    """How much the AUC is below that of the true probabilities."""
    ours, best = measures.auc(probability, silent), measures.auc(true, silent)
    if ours is None or best is None:
        return figure.of(None)
    told = f"{ours:.4f}, theirs {best:.4f}; {silent.mean():.3f} of {len(silent):,} stayed away"
    return figure.eased(measures.auc_difference_error(probability, true, silent)).of(best - ours, told)


def calibration(probability: np.ndarray, silent: np.ndarray) -> Figure:
    """The expected calibration error. Of the groups' absolute errors luck explains as many: theirs is the standard
    error of a mean of `GROUPS` of them."""
    error, luck = measures.calibration_error(probability, silent)
    told = f"{probability.mean():.3f} told, {silent.mean():.3f} came; {luck:.3f} by luck alone"
    return ERROR.eased(luck * sqrt(pi / 2 / measures.GROUPS)).of(error, told)
