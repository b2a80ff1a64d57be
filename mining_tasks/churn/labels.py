"""What came after a cut-off: who was still a customer then, by when her silence would count, and whether it held."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mining_tasks.churn.gaps import Customers, Days, customers
from mining_tasks.churn.horizon import Horizons


@dataclass(frozen=True)
class Labels:
    """One row per customer with an order by the cut-off, by customer.

    horizon_days: days after the cut-off in which no order means churn. due_day: the last of them. is_active: silent
    for less than her horizon at the cut-off; the others are lost already. is_mature: the data reach the due day.
    has_churned: 1 or 0, NaN unless mature: no order on a day in (cut-off, due day].
    """

    customers: Customers
    cut_off: int
    horizon_days: Days
    due_day: Days
    is_active: npt.NDArray[np.bool_]
    is_mature: npt.NDArray[np.bool_]
    has_churned: npt.NDArray[np.float64]

    @property
    def teaches(self) -> npt.NDArray[np.bool_]:
        """Rows to learn from and to be judged on."""
        return self.is_active & self.is_mature


def labels(customer: Days, day: Days, cut_off: int, seen_until: int, by: Horizons) -> Labels:
    """Label each customer known at the cut-off (the last day that features may use) with what came strictly after.

    customer, day: all orders. seen_until: the last day of which all orders are known. Raises ValueError if the
    horizons were derived from later orders than the features.
    """
    if by.cut_off > cut_off:
        raise ValueError(f"the horizons know orders up to day {by.cut_off}, the features end on day {cut_off}")
    known = customers(customer, day, cut_off)
    horizon = by.days(known.pace)
    due = cut_off + horizon
    after = np.where((np.asarray(day) > cut_off) & (np.asarray(day) <= seen_until))[0]
    came = _first_after(known.customer, np.asarray(customer)[after], np.asarray(day)[after])
    is_mature = due <= seen_until
    churned = np.where(is_mature, (came > due).astype(np.float64), np.nan)
    return Labels(known, cut_off, horizon, due, known.recency_days < horizon, is_mature, churned)


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


def _first_after(known: Days, customer: Days, day: Days) -> npt.NDArray[np.float64]:
    """The first of the given days of each known customer; infinity where there is none."""
    first = np.full(len(known), np.inf)
    place = np.searchsorted(known, customer)
    fits = place < len(known)
    place, customer, day = place[fits], customer[fits], day[fits]
    mine = known[place] == customer
    np.minimum.at(first, place[mine], day[mine])
    return first
