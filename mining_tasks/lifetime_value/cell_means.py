"""The rule that every model must beat: what customers alike in recency, frequency and spend brought last time."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from mining_tasks.experiments.habits.cells import Numbers
from mining_tasks.lifetime_value.forecast import HORIZONS, SHORT, Forecast
from mining_tasks.lifetime_value.history import History

PARTS = 5
CELL_ROWS = 20  # a smaller cell says the mean of everybody


@dataclass(frozen=True)
class CellMeans:
    """Fifths of recency, frequency and money with the mean orders and value that came in 90 days, by cell."""

    recency: tuple[float, ...]
    orders: tuple[float, ...]
    money: tuple[float, ...]
    came_orders: tuple[float, ...]
    came_value: tuple[float, ...]
    came_any: tuple[float, ...]

    def place(self, history: History) -> "np.ndarray":
        """The cell of each buyer."""
        by = (
            (self.recency, history.silence),
            (self.orders, history.orders),
            (self.money, history.sales * history.orders),
        )
        place = np.zeros(len(history), np.int64)
        for edges, found in by:
            place = place * PARTS + np.searchsorted(edges, found)
        return place

    def forecast(self, history: History) -> Forecast:
        """The means of each buyer's cell. Beyond 90 days they are taken in proportion to time, which is too much
        where customers leave; `active` is the share of the cell that ordered."""
        place = self.place(history)
        orders, value = np.array(self.came_orders)[place], np.array(self.came_value)[place]
        longer = {days: orders * days / SHORT for days in HORIZONS}
        richer = {days: value * days / SHORT for days in HORIZONS}
        return Forecast(np.array(self.came_any)[place], longer, richer, np.full(len(history), np.nan))

    def card(self) -> dict[str, Any]:
        return asdict(self)


def fit(history: History, came_orders: Numbers, came_value: Numbers) -> CellMeans:
    """Learn from buyers as of a day and what came in the 90 days after it (n orders, n values in typical orders)."""
    told = history.silence, history.orders, history.sales * history.orders
    edges = _edges(told[0]), _edges(told[1]), _edges(told[2])
    blank = CellMeans(*edges, (), (), ())
    place = blank.place(history)
    came = came_orders, came_value, (came_orders > 0).astype(float)
    orders, value, anything = (_means(place, each) for each in came)
    return CellMeans(*edges, orders, value, anything)


def of_card(card: dict[str, Any]) -> CellMeans:
    """What `CellMeans.card` gave."""
    return CellMeans(**{name: tuple(values) for name, values in card.items()})


def _edges(numbers: Numbers) -> tuple[float, ...]:
    return tuple(np.quantile(numbers, np.arange(1, PARTS) / PARTS).tolist())


def _means(place: "np.ndarray", came: Numbers) -> tuple[float, ...]:
    rows, sums = (np.bincount(place, weight, PARTS**3) for weight in (None, came))
    means = np.divide(sums, rows, out=np.full(PARTS**3, came.mean()), where=rows >= CELL_ROWS)
    return tuple(means.tolist())
