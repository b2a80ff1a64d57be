"""What a customer's orders tell until a day: how many came and when, in which months, of what, and for how much."""

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mining_tasks.experiments.habits.cells import Numbers, require_possible

Days = npt.NDArray[np.int64]
MONTHS, DEPARTMENTS = 12, 62
COLUMNS = ("first_day", "habit_months", "habit_departments", "habit_price")  # of `habits.sql`
Names = tuple[str, ...]


@dataclass(frozen=True)
class Told:
    """n customers with an order as of one day, n numbers each.

    first, last: day (since 1970) of the first and the last order. frequency: days with an order after the first.
    months: n × 12, those of January … December. departments: n × m, order lines of each.
    orders, sales: how many paid orders and their mean, in typical orders. lines: whole numbers, how many these orders
    have together; price: mean of a line, in typical lines of its department and currency; both 0 where nothing is told.
    worth: n × 12, what orders of January … December brought before returns, in typical orders; 0 where it is not told.
    names: of the departments.
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
    price: Numbers
    worth: Numbers
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
    def all_months(self) -> Numbers:
        """n × 12: days with an order, the first among them."""
        first = self.first.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % MONTHS
        return self.months + np.eye(MONTHS)[first]

    @property
    def has_price(self) -> npt.NDArray[np.bool_]:
        """Whether anything is known of what these lines cost."""
        return self.has_lines & (self.price > 0)

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


def mapped(column: pa.ChunkedArray, width: int) -> Numbers:
    """A column of maps from places below `width` to numbers, as n × width numbers; 0 where place or map is missing."""
    rows = column.combine_chunks()
    found = np.zeros((len(rows), width))
    starts = np.asarray(rows.offsets.to_numpy())
    held = slice(int(starts[0]), int(starts[-1])) if len(starts) else slice(0, 0)
    places, numbers = (
        np.asarray(pc.fill_null(pc.cast(each, pa.float64()), 0.0))[held] for each in (rows.keys, rows.items)
    )
    found[np.repeat(np.arange(len(rows)), np.diff(starts)), places.astype(np.int64)] = numbers
    return found


def told_of(facts: pa.Table, day: int, orders: Numbers, sales: Numbers, names: Names) -> Told | None:
    """What the rows of facts of one day tell, all of them of customers with an order; None where `COLUMNS` are not
    beside them. orders, sales: see `Told`."""
    if not set(COLUMNS) <= set(facts.column_names) or not names:
        return None
    first = _whole(facts["first_day"])
    recency = _whole(facts["first_to_last_days"])
    counted = mapped(facts["habit_departments"], DEPARTMENTS)[:, : len(names)].astype(np.int64)
    months = mapped(facts["habit_months"], MONTHS)
    frequency = _whole(facts["repeats_count"]).astype(np.float64)
    buying, lines = (frequency, first, first + recency, months, counted), _lines(facts, orders)
    return Told(day, *buying, orders, sales, lines, _price(facts), _worth(facts), names)


def _lines(facts: pa.Table, orders: Numbers) -> Numbers:
    """How many lines those orders have, which are told for orders of all currencies together; 0 where none are."""
    if not {"lines_count", "orders_count"} <= set(facts.column_names):
        return np.zeros(facts.num_rows)
    lines, all_orders = (_whole(facts[name]).astype(np.float64) for name in ("lines_count", "orders_count"))
    share = np.minimum(orders / np.maximum(all_orders, 1.0), 1.0)
    return np.where(lines > 0, np.maximum(np.round(lines * share), orders), 0.0)


def _worth(facts: pa.Table) -> Numbers:
    """What models learn of seasons; those who are scored need not tell it."""
    told = "habit_worth" in facts.column_names
    return mapped(facts["habit_worth"], MONTHS) if told else np.zeros((facts.num_rows, MONTHS))


def _price(facts: pa.Table) -> Numbers:
    return np.asarray(pc.fill_null(pc.cast(facts["habit_price"], pa.float64()), 0.0).to_numpy(), np.float64)


def _whole(column: pa.ChunkedArray) -> Days:
    return np.asarray(pc.fill_null(pc.cast(column, pa.int64(), safe=False), 0).to_numpy(), np.int64)
