"""What the judge says about segments: the rules put together, and what serves instead when they do not hold."""

import numpy as np
import pyarrow as pa

from mining_tasks.experiments.judge import Rule, Verdict, at_most, held, judged
from mining_tasks.segments.compare import Limits, absolute, relative
from mining_tasks.segments.model import Segmentation
from mining_tasks.segments.moves import moves

KEPT = "yesterday's model is kept"
CELLS = "no model serves; RFM cells are published instead"


def of_challenger(
    challenger: Segmentation, served: tuple[np.ndarray, np.ndarray] | str | None, last: list[Rule], limit: Limits
) -> Verdict:
    """Judge a challenger.

    served: segment ids of tonight's buyers by champion and challenger; why the champion cannot be used; None if
    there never was one. last: rules against what was published last. Without a usable champion the absolute rules
    decide.
    """
    rules = absolute(challenger.card["figures"], limit)
    if isinstance(served, tuple):
        rules += relative(*served, limit) + last
    return judged(rules, CELLS if served is None else KEPT)


def without_challenger(why: str, has_champion: bool, figures: dict[str, float | None]) -> Verdict:
    """Nothing was trained: hold with a champion, no-go without one."""
    if has_champion:
        return held(why if KEPT in why or "kept" in why else f"{why}; {KEPT}", figures)
    return Verdict("no-go", (why, CELLS), figures)


def against_last(before: pa.Table | None, now: pa.Table, limit: Limits) -> list[Rule]:
    """Nobody changes segment without a reason: those who did nothing new, compared with the last published night."""
    if before is None:
        return []
    share = moves(before, now).figures()["alike_moved_share"]
    return [at_most("alike_moved_share", share, limit.relabelled_share)]
