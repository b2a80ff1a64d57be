"""What a customer's orders tell until a day: how many came and when, in which months, of what, and for how much."""

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mining_tasks.experiments.habits.cells import Numbers, require_possible

Days = npt.NDArray[np.int64]
MONTHS, DEPARTMENTS = 12, 62
COLUMNS = ("first_day", "habit_months", "habit_departments")  # of `habits.sql`
Names = tuple[str, ...]


@dataclass(frozen=True)
class Told:
    """n customers with an order as of one day, n numbers each.

    first, last: day (since 1970) of the first and the last order. frequency: days with an order after the first.
    months: n × 12, those of January … December. departments: n × m, days on which something of each was bought.
    orders, sales: how many paid orders and their mean, in typical orders. lines: whole numbers, how many these orders
    have together; 0 where nothing is told of them. names: of the departments.
    """

    day: int
    frequency: Numbers
    first: Days
    last: Days
    months: Numbers
    departments: Days
    orders: Numbers
    sales: Numbers
    lines: Numbers
    names: Names = ()

    def __post_init__(self) -> None:
        if len(self.frequency):
            require_possible(self.frequency, (self.last - self.first).astype(np.float64), self.age)

    def __len__(self) -> int:
        return len(self.frequency)

    @property
    def age(self) -> Numbers:
        """Days since the first order."""
        return (self.day - self.first).astype(np.float64)

    @property
    def has_paid(self) -> npt.NDArray[np.bool_]:
        """Whether anything is known of what she pays."""
        return (self.orders > 0) & (self.sales > 0)

    @property
    def has_lines(self) -> npt.NDArray[np.bool_]:
        """Whether anything is known of how many lines her orders have."""
        return (self.orders > 0) & (self.lines > 0)

    @property
    def prices(self) -> Numbers:
        """Mean of a line, in typical orders; of an order where no lines are known."""
        return self.sales * self.orders / np.maximum(self.lines, np.maximum(self.orders, 1.0))

    def of(self, rows: "np.ndarray") -> "Told":
        """Some of the customers, by mask or by number."""
        kept = {each.name: getattr(self, each.name) for each in fields(self)}
        return Told(**{name: found[rows] if isinstance(found, np.ndarray) else found for name, found in kept.items()})

    def in_places(self, names: Names) -> Days:
        """Its departments as another night named them, n × len(names); departments unknown to it are left out."""
        if names == self.names:
            return self.departments
        found = np.zeros((len(self), len(names)), np.int64)
        for place, name in enumerate(names):
            if name in self.names:
                found[:, place] = self.departments[:, self.names.index(name)]
        return found


def listed(column: pa.ChunkedArray, width: int) -> Days:
    """A column of lists as n × width whole numbers; a missing list is all zero."""
    rows = column.combine_chunks()
    found = np.zeros((len(rows), width), np.int64)
    known = np.asarray(pc.is_valid(rows).to_numpy(zero_copy_only=False), bool)
    if known.any():
        values = pc.list_flatten(rows.filter(pa.array(known)))
        found[known] = np.asarray(pc.fill_null(pc.cast(values, pa.int64()), 0)).reshape(-1, width)
    return found


def told_of(facts: pa.Table, day: int, orders: Numbers, sales: Numbers, names: Names) -> Told | None:
    """What the rows of facts of one day tell, all of them of customers with an order; None where `COLUMNS` are not
    beside them. orders, sales: see `Told`."""
    if not set(COLUMNS) <= set(facts.column_names) or not names:
        return None
    first = _whole(facts["first_day"])
    recency = _whole(facts["first_to_last_days"])
    counted = listed(facts["habit_departments"], DEPARTMENTS)[:, : len(names)]
    months = listed(facts["habit_months"], MONTHS).astype(np.float64)
    frequency = _whole(facts["repeats_count"]).astype(np.float64)
    return Told(day, frequency, first, first + recency, months, counted, orders, sales, _lines(facts, orders), names)


def _lines(facts: pa.Table, orders: Numbers) -> Numbers:
    """How many lines those orders have, which are told for orders of all currencies together; 0 where none are."""
    if not {"lines_count", "orders_count"} <= set(facts.column_names):
        return np.zeros(facts.num_rows)
    lines, all_orders = (_whole(facts[name]).astype(np.float64) for name in ("lines_count", "orders_count"))
    share = np.minimum(orders / np.maximum(all_orders, 1.0), 1.0)
    return np.where(lines > 0, np.maximum(np.round(lines * share), orders), 0.0)


def _whole(column: pa.ChunkedArray) -> Days:
    return np.asarray(pc.fill_null(pc.cast(column, pa.int64(), safe=False), 0).to_numpy(), np.int64)
