"""Churn, held against the true probability that a customer orders nothing until her due date, and who did not.

The true probabilities are those of one who knows the process and sees what the shop sees: the habits of every type
(how its rates and chances to leave are spread), the type behind each customer, and when she ordered, but not her own
rate and chance. Integrated over these, for orders that come to this customer and are not cancelled, by her type's clock
(`demo/ahead`). Her own rate and chance show in no order yet to come: one who knew them would rank better still, and how
much is told in the note, but no model can be asked for what nobody can see. On a planted shop of 20,000 (seed 1, 97
days) the AUC with them is 0.936, without them 0.924, and that of boosting trained on the very labels to come 0.902.

A customer without an order cannot be lost: she needs a row, and no probability is asked of it.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from mining_tasks.demo import ahead, measures
from mining_tasks.demo.figure import ERRORS, LARGE, Figure
from mining_tasks.demo.sight import Sight

ROOM = "churn"
EVERYBODY = Figure(ROOM, "customers without one row", 0, "at most", "customers", "against all of the night")
WITHOUT = Figure(ROOM, "buyers without a probability", 0, "at most", "customers", "of all who ordered")
UNSAID = Figure(ROOM, "probabilities undefined", 0, "at most", "customers", "no source, definition or true due date")
BEHIND = Figure(
    ROOM, "AUC behind the true probabilities", 0.02, "at most", "share", "of who ordered until her due date"
)
ERROR = Figure(ROOM, "calibration error", 0.02, "at most", "share", "ten equal groups, against what came")
FIGURES = (EVERYBODY, WITHOUT, UNSAID, BEHIND, ERROR)


def measure(sight: Sight) -> Iterator[Figure]:
    told = sight.row(__file__, "churn_told.sql")
    yield EVERYBODY.of(told["astray"], f"of {told['customers']:,}")
    yield WITHOUT.of(told["without"])
    yield UNSAID.of(told["unsaid"] + told["undefined"], f"{told['unsaid']:,} without a source")
    world = ahead.show(sight)
    cancelled = float(world.settings["buying"]["cancelled_share"])
    rows = sight.table(__file__, "churn_ahead.sql", cancelled_share=cancelled)
    probability, true, latent = (rows[name].to_numpy() for name in ("probability", "seen", "silence"))
    silent = rows["is_silent"].to_numpy(zero_copy_only=False)
    best = measures.auc(latent, silent)
    figure = behind(probability, true, silent, world.customers)
    yield replace(figure, note=f"{figure.note}; {best or 0:.4f} with all that is latent")
    if len(rows):
        yield calibration(probability, silent, world.customers)


def behind(probability: np.ndarray, true: np.ndarray, silent: np.ndarray, planted: int) -> Figure:
    """How much the AUC is below that of the true probabilities; a small shop may miss by the luck of the difference."""
    ours, best = measures.auc(probability, silent), measures.auc(true, silent)
    if ours is None or best is None:
        return BEHIND.of(None)
    told = f"{ours:.4f}, the true ones {best:.4f}; {silent.mean():.3f} of {len(silent):,} stayed away"
    luck = ERRORS * measures.auc_difference_error(probability, true, silent)
    return _eased(BEHIND, planted, luck, told).of(best - ours)


def calibration(probability: np.ndarray, silent: np.ndarray, planted: int) -> Figure:
    """The expected calibration error; a small shop may miss by what luck alone would make of it."""
    error, luck = measures.calibration_error(probability, silent)
    told = f"{probability.mean():.3f} told, {silent.mean():.3f} came; {luck:.3f} by luck alone"
    return _eased(ERROR, planted, luck, told).of(error)


def _eased(figure: Figure, planted: int, luck: float, told: str) -> Figure:
    """The figure with the threshold to which a shop of so many people is held."""
    if planted >= LARGE:
        return replace(figure, note=told)
    asked = f"; ≤ {figure.threshold:.2f} from {LARGE:,} people"
    return replace(figure, threshold=figure.threshold + luck, note=told + asked)
