"""Customers who look alike to a purchase model, counted once: what makes a fit at a million customers take seconds."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Cells:
    """Distinct (frequency, recency, age) with the number of customers in each; all arrays of one length.

    frequency: repeat orders (days with an order after the first such day), whole numbers. recency: time from the
    first to the last order. age: time from the first order to the end of observation. One unit of time throughout.
    """

    frequency: Numbers
    recency: Numbers
    age: Numbers
    customers: Numbers

    @property
    def total(self) -> float:
        """How many customers there are."""
        return float(self.customers.sum())

    def __len__(self) -> int:
        return len(self.frequency)


def cells(frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike) -> Cells:
    """One row per customer → one row per distinct triple; raises ValueError for triples that no history can give."""
    rows = np.column_stack([np.asarray(it, np.float64) for it in (frequency, recency, age)])
    require_possible(*rows.T)
    order = np.lexsort(rows.T)
    ordered = rows[order]
    is_first = np.ones(len(ordered), bool)
    is_first[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    starts = np.flatnonzero(is_first)
    found = ordered[starts]
    return Cells(found[:, 0], found[:, 1], found[:, 2], np.diff([*starts, len(ordered)]).astype(np.float64))


def require_possible(frequency: Numbers, recency: Numbers, age: Numbers) -> None:
    """Raise ValueError unless 0 ≤ recency ≤ age, frequency is whole, and it is 0 just where recency is."""
    if len(frequency) == 0:
        raise ValueError("there is no customer to learn from")
    if not (np.isfinite(frequency).all() and np.isfinite(recency).all() and np.isfinite(age).all()):
        raise ValueError("frequency, recency and age must be numbers")
    if (recency < 0).any() or (recency > age).any():
        raise ValueError("recency must lie between 0 and age")
    if (frequency < 0).any() or (frequency != np.floor(frequency)).any():
        raise ValueError("frequency must be a whole number, 0 or more")
    if ((frequency == 0) != (recency == 0)).any():
        raise ValueError("recency is 0 just where frequency is 0")
