"""How sure a value is: 80 % intervals looked up by how many orders are expected, with their coverage set on later data.

A table of ratios of drawn to expected value per bin of expected orders costs nothing at a million customers. Its nominal
level is chosen per group on customers whose outcome is known (conformal prediction by group: Vovk 2012, Mondrian).
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from mining_tasks.lifetime_value import draws
from mining_tasks.lifetime_value.cells import Numbers
from mining_tasks.lifetime_value.forecast import HORIZONS, SHORT, Forecast
from mining_tasks.lifetime_value.history import History
from mining_tasks.lifetime_value.parametric import Parametric

COVERAGE = 0.8
LEVELS = tuple(np.round(np.arange(0.30, 0.996, 0.025), 3).tolist())
BINS, BIN_ROWS, DRAWS = 30, 300, 200
GROUPS, GROUP_ROWS = 6, 200
SMALLEST = 0.01  # typical orders; ratios to less say nothing
SEED = 20170101


@dataclass(frozen=True)
class Table:
    """Of one horizon: edges of the bins of expected orders; low and high ratio by bin (rows) and level (columns)."""

    edges: tuple[float, ...]
    low: tuple[tuple[float, ...], ...]
    high: tuple[tuple[float, ...], ...]

    def ends(self, orders: Numbers, value: Numbers, levels: "np.ndarray") -> tuple[Numbers, Numbers]:
        """Interval of n values; levels: column of each row."""
        place = np.searchsorted(self.edges, orders)
        size = np.maximum(np.abs(value), SMALLEST)
        low, high = np.array(self.low)[place, levels] * size, np.array(self.high)[place, levels] * size
        return np.minimum(low, value), np.maximum(high, value)


@dataclass(frozen=True)
class Intervals:
    """Tables by horizon, and the level that covers 80 % in each group of expected orders (edges: of the groups)."""

    tables: dict[int, Table]
    edges: dict[int, tuple[float, ...]]
    levels: tuple[int, ...]

    def ends(self, forecast: Forecast, horizon: int) -> tuple[Numbers, Numbers]:
        """Low and high of n values."""
        group = np.searchsorted(self.edges[horizon], forecast.orders[horizon])
        levels = np.array(self.levels)[group]
        return self.tables[horizon].ends(forecast.orders[horizon], forecast.value[horizon], levels)

    def card(self) -> dict[str, Any]:
        return asdict(self)


def drawn(model: Parametric, history: History, forecast: Forecast) -> Intervals:
    """The tables from draws of a parametric model, at the nominal level everywhere. forecast: what is published of
    these buyers, to which the ratios refer."""
    tables = {horizon: _table(model, history, forecast, horizon) for horizon in HORIZONS}
    edges = {horizon: _edges(forecast.orders[horizon], _groups(len(history))) for horizon in HORIZONS}
    nominal = int(np.argmin(np.abs(np.array(LEVELS) - COVERAGE)))
    return Intervals(tables, edges, tuple([nominal] * (len(edges[SHORT]) + 1)))


def adjusted(found: Intervals, forecast: Forecast, came: Numbers) -> Intervals:
    """The same at the levels that cover 80 % of what came to the customers of each group in 90 days."""
    group = np.searchsorted(found.edges[SHORT], forecast.orders[SHORT])
    levels = list(found.levels)
    for number in range(len(levels)):
        here = group == number
        if here.sum() >= GROUP_ROWS:
            shares = [_covered(found.tables[SHORT], forecast, came, here, level) for level in range(len(LEVELS))]
            # Where even the lowest level covers more, most order nothing, and narrower would say nothing.
            if shares[0] <= COVERAGE:
                levels[number] = int(np.argmin(np.abs(np.array(shares) - COVERAGE)))
    return Intervals(found.tables, found.edges, tuple(levels))


def coverage(low: Numbers, high: Numbers, came: Numbers) -> float:
    """Share of outcomes within their interval, ends counted in."""
    return float(((came >= low - 1e-9) & (came <= high + 1e-9)).mean()) if len(came) else float("nan")


def of_card(card: dict[str, Any]) -> Intervals:
    """What `Intervals.card` gave, JSON between them or not."""
    tables = {
        int(horizon): Table(tuple(one["edges"]), *(tuple(tuple(row) for row in one[end]) for end in ("low", "high")))
        for horizon, one in card["tables"].items()
    }
    edges = {int(horizon): tuple(found) for horizon, found in card["edges"].items()}
    return Intervals(tables, edges, tuple(card["levels"]))


def _covered(table: Table, forecast: Forecast, came: Numbers, here: "np.ndarray", level: int) -> float:
    orders, value = forecast.orders[SHORT][here], forecast.value[SHORT][here]
    low, high = table.ends(orders, value, np.full(len(orders), level))
    return coverage(low, high, came[here])


def _table(model: Parametric, history: History, forecast: Forecast, horizon: int) -> Table:
    orders, value = forecast.orders[horizon], forecast.value[horizon]
    edges = _edges(orders, min(BINS, max(1, len(history) // 50)))
    place, chance = np.searchsorted(edges, orders), np.random.default_rng(SEED)
    own = model.forecast(history).value[horizon]
    ends: tuple[list[tuple[float, ...]], list[tuple[float, ...]]] = ([], [])
    for number in range(len(edges) + 1):
        rows = np.flatnonzero(place == number)
        rows = np.sort(chance.choice(rows, min(len(rows), BIN_ROWS), replace=False)) if len(rows) else np.arange(1)
        came = draws.value_draws(model, history.of(rows), float(horizon), DRAWS, SEED + number)
        # a learned value differs from the parametric one: its draws keep their proportion to their expectation
        ratios = np.sort((came / np.maximum(np.abs(own[rows]), SMALLEST)[:, None]).ravel())
        for end, found in zip(ends, _ends(ratios), strict=True):
            end.append(found)
    return Table(edges, tuple(ends[0]), tuple(ends[1]))


def _ends(ratios: Numbers) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Ends by level: equal tails; where nothing at all is likely enough, from nothing upwards instead."""
    below = float((ratios < 0).mean())
    low, high = [], []
    for level in LEVELS:
        start = float(np.quantile(ratios, (1 - level) / 2))
        at_zero = start == 0.0
        low.append(round(start, 6))
        high.append(round(float(np.quantile(ratios, min(level + below, 1.0) if at_zero else (1 + level) / 2)), 6))
    return tuple(low), tuple(high)


def _groups(rows: int) -> int:
    return min(GROUPS, max(1, rows // GROUP_ROWS))


def _edges(orders: Numbers, count: int) -> tuple[float, ...]:
    return tuple(np.unique(np.quantile(orders, np.arange(1, count) / count)).tolist()) if count > 1 else ()
