"""What came after a cut-off: who was still a customer then, by when her silence would count, and whether it held."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mining_tasks.churn.gaps import Days, Numbers

HOLDOUT_AND_TRAINING = 4  # longest horizons: history before the first cut-off, training, holdout, and one to spare


@dataclass(frozen=True)
class Labels:
    """One row per customer with an order by the cut-off, in the order given.

    is_at_risk: silent for less than her horizon at the cut-off; the others count as lost already. is_mature: the data
    reach the last day of her horizon. has_churned: 1 or 0, NaN unless mature: no order on a day in
    (cut-off, cut-off + horizon].
    """

    is_at_risk: npt.NDArray[np.bool_]
    is_mature: npt.NDArray[np.bool_]
    has_churned: Numbers


def labels(recency_days: Numbers, next_order_days: Numbers, horizon_days: Days, seen_days: int | Days) -> Labels:
    """Label customers as of a cut-off with what came strictly after it.

    recency_days: from the last order to the cut-off. next_order_days: from the cut-off to the next order (1 is the day
    after), NaN where none came. seen_days: days after the cut-off of which all orders are known. Raises ValueError for
    an order that came no later than the cut-off.
    """
    if (next_order_days < 1).any():
        raise ValueError("a label must come after its features: an order of the cut-off's own day is no answer")
    is_mature = horizon_days <= seen_days
    came = np.nan_to_num(next_order_days, nan=np.inf)
    churned = np.where(is_mature, (came > horizon_days).astype(np.float64), np.nan)
    return Labels(recency_days < horizon_days, is_mature, churned)


def longest(first_day: int, night: int, wished_days: int) -> int:
    """The longest horizon that a shop of that age can teach and judge, at most the one wished for, at least one day."""
    return max(1, min(wished_days, (night - first_day) // HOLDOUT_AND_TRAINING))


def cut_offs(first_day: int, seen_until: int, longest_days: int, count: int = 4) -> tuple[int, ...]:
    """Up to `count` cut-off days for training, oldest first, before the holdout's, which is the last of all.

    The last is the newest whose labels are known. The label windows of training end before the holdout's begins, and
    the first cut-off leaves one longest horizon of history behind it; fewer, or none, if the data are too short.
    """
    holdout = seen_until - longest_days
    newest, oldest = holdout - longest_days, first_day + longest_days
    if holdout < oldest:
        return ()
    if newest < oldest:
        return (holdout,)
    training = np.unique(np.linspace(oldest, newest, count).astype(int))
    return (*training.tolist(), holdout)
