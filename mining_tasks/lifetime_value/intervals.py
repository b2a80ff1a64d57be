"""How sure a value is: an interval that four of five hold, looked up by how many orders are expected.

It runs from the 10 % to the 90 % quantile. Where one in ten or more brings nothing it starts at 0, and it ends at the
80 % quantile: to the 90 % quantile it would hold nine of ten.

A table of ratios of drawn to expected value per bin of expected orders costs nothing at a million customers. Which
quantile of the draws so many then really miss is learned per group on customers whose outcome is known (conformal
prediction by group: Vovk, "Conditional validity of inductive conformal predictors", 2012).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from mining_tasks.experiments.habits.cells import Numbers
from mining_tasks.lifetime_value import draws
from mining_tasks.lifetime_value.by_kind import ByKind
from mining_tasks.lifetime_value.forecast import HORIZONS, SHORT, Forecast
from mining_tasks.lifetime_value.history import History
from mining_tasks.lifetime_value.parametric import Parametric

TAIL = 0.1
OPEN_TAIL = 0.2  # beyond the high end of an interval from 0
TAILS = (0.005, *np.round(np.arange(0.01, 0.455, 0.01), 3).tolist())  # of the draws beyond an end
BINS, BIN_ROWS, BIN_LEAST, DRAWS = 30, 300, 50, 200
GROUPS, GROUP_ROWS = 6, 200
YEAR_TAKES = 0.75  # of what 90 days taught of the ends
SMALLEST = 0.01  # typical orders; ratios to less say nothing
SEED = 20170101
ENDS = {"low_tails": TAIL, "high_tails": TAIL, "open_tails": OPEN_TAIL}
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
    """Tables by horizon; edges of the groups of expected orders by horizon; the tail of each group: low, high, and
    high of an interval from 0."""

    tables: Mapping[int, Table]
    edges: Mapping[int, tuple[float, ...]]
    low_tails: tuple[int, ...]
    high_tails: tuple[int, ...]
    open_tails: tuple[int, ...]

    def ends(self, forecast: Forecast, horizon: int) -> tuple[Numbers, Numbers]:
        """Low and high of n values; where one in ten brings nothing, low is 0, and so may high be where four of five
        do."""
        orders, value, table = forecast.orders[horizon], forecast.value[horizon], self.tables[horizon]
        group = np.searchsorted(self.edges[horizon], orders)
        low_tail, high_tail, open_tail = (
            _for(horizon, getattr(self, end), share)[group] for end, share in ENDS.items()
        )
        low = table.end(table.low, orders, value, low_tail)
        high = table.end(table.high, orders, value, np.where(low > 0, high_tail, open_tail))
        return low, np.maximum(high, low)

    def card(self) -> dict[str, Any]:
        """Everything, as JSON: keys are texts."""
        tables = {str(horizon): asdict(table) for horizon, table in self.tables.items()}
        edges = {str(horizon): found for horizon, found in self.edges.items()}
        return {"tables": tables, "edges": edges, **{name: getattr(self, name) for name in ENDS}}


def drawn(model: Parametric | ByKind, history: History, forecast: Forecast) -> Intervals:
    """The tables from draws of a parametric model, at their nominal tails. forecast: what is published of these
    buyers; a learned value differs from the parametric one, and its draws keep their proportion to their mean."""
    tables = {horizon: _table(model, history, forecast.orders[horizon], horizon) for horizon in HORIZONS}
    count = min(GROUPS, max(1, len(history) // GROUP_ROWS))
    edges = {horizon: _edges(forecast.orders[horizon], count) for horizon in HORIZONS}
    usual = {share: (_nearest(np.array(TAILS), share),) * (len(edges[SHORT]) + 1) for share in (TAIL, OPEN_TAIL)}
    return Intervals(tables, edges, usual[TAIL], usual[TAIL], usual[OPEN_TAIL])


def adjusted(found: Intervals, forecast: Forecast, came: Numbers) -> Intervals:
    """The same with the tails that so many of each group's customers really missed in 90 days."""
    orders, value, table = forecast.orders[SHORT], forecast.value[SHORT], found.tables[SHORT]
    group = np.searchsorted(found.edges[SHORT], orders)
    ends = [np.full(len(came), column) for column in range(len(TAILS))]
    under = np.array([came < table.end(table.low, orders, value, tail) for tail in ends])
    over = np.array([came > table.end(table.high, orders, value, tail) for tail in ends])
    low_tails = _missed(found.low_tails, TAIL, group, under)
    high_tails = _missed(found.high_tails, TAIL, group, over)
    # Whoever only sends goods back brings less than nothing, which no draw knows.
    open_tails = _missed(found.open_tails, OPEN_TAIL, group, over | (came < 0))
    return replace(found, low_tails=low_tails, high_tails=high_tails, open_tails=open_tails)


def _missed(usual: tuple[int, ...], share: float, group: "np.ndarray", misses: "np.ndarray") -> tuple[int, ...]:
    """By group the tail that about this share missed (`misses`: by tail and customer); the usual one where too few
    could tell.

    All customers of a group tell, also those whose interval ends elsewhere: it is the quantile that is set right. A
    tail beyond twice the share is none: it would lift low ends above 0 where every fifth brings nothing. On a planted
    shop of 100,000, with three times the share, those intervals held 71 % on the next cut-off, with twice 80 %.
    """
    found, misses = list(usual), misses[np.array(TAILS) <= 2 * share + 1e-9]
    for number in range(len(usual)):
        here = misses[:, group == number]
        # Where most bring nothing no tail is missed by so many, and the usual one says all there is to say.
        if here.shape[1] >= GROUP_ROWS and (shares := here.mean(axis=1)).max() >= share:
            found[number] = _nearest(shares, share)
    return tuple(found)


def of_card(card: Mapping[str, Any]) -> Intervals:
    """What `Intervals.card` gave, JSON between them or not."""
    tables = {
        int(horizon): Table(tuple(one["edges"]), *(tuple(tuple(row) for row in one[end]) for end in ("low", "high")))
        for horizon, one in card["tables"].items()
    }
    edges = {int(horizon): tuple(found) for horizon, found in card["edges"].items()}
    return Intervals(tables, edges, *(tuple(card[name]) for name in ENDS))


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


def _for(horizon: int, tails: tuple[int, ...], share: float) -> "np.ndarray":
    """The tails of groups for a horizon. They are learned on 90 days; a year, which no shop of two years can learn on
    and test, takes three quarters of what was learned: on seven planted shops its intervals then held 79 to 82 %, with
    half of it 76 to 79, with all of it 83 to 85."""
    if horizon == SHORT:
        return np.array(tails)
    steps = np.array(TAILS)
    return np.array([_nearest(steps, YEAR_TAKES * float(steps[tail]) + (1 - YEAR_TAKES) * share) for tail in tails])


def _nearest(found: Numbers, wanted: float) -> int:
    return int(np.argmin(np.abs(found - wanted)))


def _edges(orders: Numbers, count: int) -> tuple[float, ...]:
    return tuple(np.unique(np.quantile(orders, np.arange(1, count) / count)).tolist()) if count > 1 else ()
