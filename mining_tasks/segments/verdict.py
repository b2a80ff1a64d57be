"""What the judge says about segments: the rules put together, and what serves instead when they do not hold."""

import pyarrow as pa

from mining_tasks.experiments.judge import Rule, Verdict, held, judged
from mining_tasks.segments.compare import Limits, Served, absolute, most, relative
from mining_tasks.segments.model import Segmentation
from mining_tasks.segments.moves import moves

KEPT = "yesterday's model is kept"
CELLS = "no model serves; RFM cells are published instead"


def of_challenger(challenger: Segmentation, served: Served | str | None, last: list[Rule], limit: Limits) -> Verdict:
    """Judge a challenger.

    served: both models on tonight's buyers; why the champion cannot be used; None if there never was one.
    last: rules against what was published last. Without a champion that can be used and still fits, the absolute
    rules decide alone.
    """
    rules = absolute(challenger.card["figures"], limit)
    if isinstance(served, Served) and served.fits(limit):
        rules += relative(served, limit) + last
    return judged(rules, CELLS if served is None else KEPT)


def without_challenger(why: str, has_champion: bool, last: list[Rule]) -> Verdict:
    """Nothing was trained: hold with a champion, no-go without one."""
    if not has_champion:
        return Verdict("no-go", (why, CELLS))
    broken = tuple(rule.sentence() for rule in last if not rule.holds)
    return held((why, *broken, KEPT), {rule.figure: rule.found for rule in last})


def against_last(before: pa.Table | None, now: pa.Table, limit: Limits) -> list[Rule]:
    """Nobody changes segment without a reason: those who did nothing new, compared with the last published night."""
    if before is None:
        return []
    share = moves(before, now).figures()["alike_moved_share"]
    return [most("alike_moved_share", share, limit.relabelled_share)]
