"""Customers who look alike to a purchase model, counted once: what makes a fit at a million customers take seconds."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
MOST_TRIPLES = 2**53  # a float tells that many whole numbers apart


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

    def of(self, rows: npt.NDArray[np.bool_] | slice) -> "Cells":
        """Some of the cells."""
        return Cells(self.frequency[rows], self.recency[rows], self.age[rows], self.customers[rows])

    def __len__(self) -> int:
        return len(self.frequency)


def cells(frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike) -> Cells:
    """One row per customer → one row per distinct triple; raises ValueError for triples that no history can give."""
    columns = [np.asarray(it, np.float64) for it in (frequency, recency, age)]
    if len({len(column) for column in columns}) > 1:
        raise ValueError("frequency, recency and age must be of one length")
    require_possible(*columns)
    return _of_whole_numbers(*columns) or _of_any_numbers(*columns)


def _of_whole_numbers(frequency: Numbers, recency: Numbers, age: Numbers) -> Cells | None:
    """The cells where a triple fits into one integer, as with days; else None.

    Numpy sorts a million integers in 5 ms; the three columns side by side take 250.
    """
    frequencies, recencies, ages = (int(column.max()) + 1 for column in (frequency, recency, age))
    if frequencies * recencies * ages > MOST_TRIPLES or not (_is_whole(recency) and _is_whole(age)):
        return None
    packed = ((age * recencies + recency) * frequencies + frequency).astype(np.int64)
    packed.sort()
    starts = np.flatnonzero(np.concatenate(([True], packed[1:] != packed[:-1])))
    rest, x = np.divmod(packed[starts], frequencies)
    end, t = np.divmod(rest, recencies)
    customers = np.diff(starts, append=len(packed))
    return Cells(*(column.astype(np.float64) for column in (x, t, end, customers)))


def _of_any_numbers(frequency: Numbers, recency: Numbers, age: Numbers) -> Cells:
    rows = np.column_stack((frequency, recency, age))
    ordered = rows[np.lexsort(rows.T)]
    is_first = np.ones(len(ordered), bool)
    is_first[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    starts = np.flatnonzero(is_first)
    x, t, end = ordered[starts].T
    return Cells(x, t, end, np.diff(starts, append=len(ordered)).astype(np.float64))


def require_possible(frequency: Numbers, recency: Numbers, age: Numbers) -> None:
    """Raise ValueError unless 0 ≤ recency ≤ age, frequency is whole, and it is 0 just where recency is."""
    if len(frequency) == 0:
        raise ValueError("there is no customer to learn from")
    if not (np.isfinite(frequency).all() and np.isfinite(recency).all() and np.isfinite(age).all()):
        raise ValueError("frequency, recency and age must be numbers")
    if (recency < 0).any() or (recency > age).any():
        raise ValueError("recency must lie between 0 and age")
    if (frequency < 0).any() or not _is_whole(frequency):
        raise ValueError("frequency must be a whole number, 0 or more")
    if ((frequency == 0) != (recency == 0)).any():
        raise ValueError("recency is 0 just where frequency is 0")


def _is_whole(column: Numbers) -> bool:
    return bool((column == np.floor(column)).all())
