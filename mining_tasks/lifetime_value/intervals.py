"""How sure a value is: from the 10 % to the 90 % quantile, looked up by how many orders are expected.

A table of ratios of drawn to expected value per bin of expected orders costs nothing at a million customers. Which
quantile of the draws one in ten then really misses is learned per group on customers whose outcome is known (conformal
prediction by group: Vovk, "Conditional validity of inductive conformal predictors", 2012).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from mining_tasks.experiments.habits.cells import Numbers
from mining_tasks.lifetime_value import draws
from mining_tasks.lifetime_value.by_kind import ByKind
from mining_tasks.lifetime_value.forecast import HORIZONS, SHORT, Forecast
from mining_tasks.lifetime_value.history import History
from mining_tasks.lifetime_value.parametric import Parametric

TAIL = 0.1
TAILS = (0.005, *np.round(np.arange(0.01, 0.305, 0.01), 3).tolist())  # of the draws beyond an end
BINS, BIN_ROWS, BIN_LEAST, DRAWS = 30, 300, 50, 200
GROUPS, GROUP_ROWS = 6, 200
SMALLEST = 0.01  # typical orders; ratios to less say nothing
SEED = 20170101
Ends = tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Table:
    """Of one horizon: edges of the bins of expected orders; low and high ratio by bin (rows) and tail (columns)."""

    edges: tuple[float, ...]
    low: Ends
    high: Ends

    def end(self, ratios: Ends, orders: Numbers, value: Numbers, tails: "np.ndarray") -> Numbers:
        """One end for n values; ratios: `low` or `high`; tails: the column of each row."""
        place = np.searchsorted(self.edges, orders)
        return np.asarray(np.array(ratios)[place, tails] * np.maximum(np.abs(value), SMALLEST))


@dataclass(frozen=True)
class Intervals:
    """Tables by horizon; edges of the groups of expected orders by horizon; the tail of each group, low and high."""

    tables: Mapping[int, Table]
    edges: Mapping[int, tuple[float, ...]]
    low_tails: tuple[int, ...]
    high_tails: tuple[int, ...]

    def ends(self, forecast: Forecast, horizon: int) -> tuple[Numbers, Numbers]:
        """Low and high of n values; where one in ten brings nothing, low is 0, and so may high be where nine do."""
        orders, value, table = forecast.orders[horizon], forecast.value[horizon], self.tables[horizon]
        group = np.searchsorted(self.edges[horizon], orders)
        low = table.end(table.low, orders, value, np.array(self.low_tails)[group])
        return low, np.maximum(table.end(table.high, orders, value, np.array(self.high_tails)[group]), low)

    def card(self) -> dict[str, Any]:
        """Everything, as JSON: keys are texts."""
        tables = {str(horizon): asdict(table) for horizon, table in self.tables.items()}
        edges = {str(horizon): found for horizon, found in self.edges.items()}
        return {"tables": tables, "edges": edges, "low_tails": self.low_tails, "high_tails": self.high_tails}


def drawn(model: Parametric | ByKind, history: History, forecast: Forecast) -> Intervals:
    """The tables from draws of a parametric model, at their nominal tails. forecast: what is published of these
    buyers; a learned value differs from the parametric one, and its draws keep their proportion to their mean."""
    tables = {horizon: _table(model, history, forecast.orders[horizon], horizon) for horizon in HORIZONS}
    count = min(GROUPS, max(1, len(history) // GROUP_ROWS))
    edges = {horizon: _edges(forecast.orders[horizon], count) for horizon in HORIZONS}
    usual = (_nearest(np.array(TAILS), TAIL),) * (len(edges[SHORT]) + 1)
    return Intervals(tables, edges, usual, usual)


def adjusted(found: Intervals, forecast: Forecast, came: Numbers) -> Intervals:
    """The same with the tails that one in ten of each group's customers missed on either side in 90 days."""
    orders, value, table = forecast.orders[SHORT], forecast.value[SHORT], found.tables[SHORT]
    group = np.searchsorted(found.edges[SHORT], orders)
    low, high = list(found.low_tails), list(found.high_tails)
    for number in range(len(low)):
        here = group == number
        if here.sum() < GROUP_ROWS:
            continue
        tails = [np.full(int(here.sum()), column) for column in range(len(TAILS))]
        under = [_share(came[here] < table.end(table.low, orders[here], value[here], tail)) for tail in tails]
        over = [_share(came[here] > table.end(table.high, orders[here], value[here], tail)) for tail in tails]
        # Where most bring nothing no tail is missed by one in ten, and the nominal one says all there is to say.
        low[number] = _nearest(np.array(under), TAIL) if max(under) >= TAIL else low[number]
        high[number] = _nearest(np.array(over), TAIL) if max(over) >= TAIL else high[number]
    return Intervals(found.tables, found.edges, tuple(low), tuple(high))


def of_card(card: Mapping[str, Any]) -> Intervals:
    """What `Intervals.card` gave, JSON between them or not."""
    tables = {
        int(horizon): Table(tuple(one["edges"]), *(tuple(tuple(row) for row in one[end]) for end in ("low", "high")))
        for horizon, one in card["tables"].items()
    }
    edges = {int(horizon): tuple(found) for horizon, found in card["edges"].items()}
    return Intervals(tables, edges, tuple(card["low_tails"]), tuple(card["high_tails"]))


def _table(model: Parametric | ByKind, history: History, orders: Numbers, horizon: int) -> Table:
    edges = _edges(orders, min(BINS, max(1, len(history) // BIN_LEAST)))
    place, chance = np.searchsorted(edges, orders), np.random.default_rng(SEED)
    said = model.forecast(history).value[horizon]
    low, high = [], []
    for number in range(len(edges) + 1):
        rows = np.flatnonzero(place == number)
        rows = np.sort(chance.choice(rows, min(len(rows), BIN_ROWS), replace=False)) if len(rows) else np.arange(1)
        came = draws.value_draws(model, history.of(rows), float(horizon), DRAWS, SEED + number)
        ratios = (came / np.maximum(np.abs(said[rows]), SMALLEST)[:, None]).ravel()
        low.append(tuple(np.quantile(ratios, TAILS).round(6).tolist()))
        high.append(tuple(np.quantile(ratios, 1 - np.array(TAILS)).round(6).tolist()))
    return Table(edges, tuple(low), tuple(high))


def _share(missed: "np.ndarray") -> float:
    return float(missed.mean())


def _nearest(found: Numbers, wanted: float) -> int:
    return int(np.argmin(np.abs(found - wanted)))


def _edges(orders: Numbers, count: int) -> tuple[float, ...]:
    return tuple(np.unique(np.quantile(orders, np.arange(1, count) / count)).tolist()) if count > 1 else ()
