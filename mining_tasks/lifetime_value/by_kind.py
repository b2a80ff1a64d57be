"""Value by kinds of customers: orders, activity and value of every buyer, whatever kind she may be of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mining_tasks.experiments import kinds_once
from mining_tasks.experiments.habits import clock, mixture
from mining_tasks.experiments.habits.cells import Numbers
from mining_tasks.experiments.habits.maximise import NoFit
from mining_tasks.experiments.habits.mixture import Kinds, Placed
from mining_tasks.experiments.habits.told import Told
from mining_tasks.lifetime_value import later, seasons
from mining_tasks.lifetime_value.forecast import HORIZONS, Forecast
from mining_tasks.lifetime_value.history import History
from mining_tasks.lifetime_value.later import Later
from mining_tasks.lifetime_value.lines import Line, fitted, leaning

KIND = "kinds of customers"
ORDERS_MOST = 10_000.0  # a draw beyond is an artefact
NEXT_MOST, HALVINGS = 1024, 10  # days within which the next order is sought
NOBODY_LEAVES = 0.001  # chance to leave after an order, mean of all kinds, below which nobody is seen to leave
LINE_ORDERS = 100.0  # of everybody's line of sales and value, in that of each kind


@dataclass(frozen=True)
class ByKind:
    """By kind, lines: value of an order = fixed + share × sales, in typical orders; paces: orders on a day with orders,
    of which those who come often have more; trusts: what an order will cost = fixed + rise × what Gamma-Gamma expects
    (`later`); seasons: by month, what an order is worth beside one of any month."""

    kinds: Kinds
    lines: tuple[Line, ...]
    paces: tuple[float, ...]
    trusts: tuple[Line, ...]
    seasons: tuple[tuple[float, ...], ...]

    @property
    def log_likelihood(self) -> float:
        return self.kinds.log_likelihood

    @property
    def is_degenerate(self) -> bool:
        """Whether it sees nobody leave."""
        leaves = sum(each.share * each.orders[2] / (each.orders[2] + each.orders[3]) for each in self.kinds.habits)
        return bool(leaves < NOBODY_LEAVES)

    @property
    def orders_a_day(self) -> float:
        """The mean of the kinds'."""
        return float(sum(each.share * pace for each, pace in zip(self.kinds.habits, self.paces, strict=True)))

    @property
    def at_edge(self) -> int:
        """Kinds whose mean spend is not finite."""
        return sum(each.pays[1] <= 1 for each in self.kinds.habits)

    def forecast(self, history: History) -> Forecast:
        """What to expect of n buyers."""
        placed = self._placed(history)
        days = {horizon: placed.orders_by_kind(horizon) * np.array(self.paces) for horizon in HORIZONS}
        orders = {horizon: placed.mixed(found) for horizon, found in days.items()}
        each = {horizon: self.values(placed.told, self._season(placed.told.day, horizon)) for horizon in HORIZONS}
        value = {horizon: placed.mixed(found * each[horizon]) for horizon, found in days.items()}
        return Forecast(placed.active(), orders, value, _next_days(placed))

    def value_draws(self, history: History, horizon: int, count: int, chance: np.random.Generator) -> Numbers:
        """n × count values of what n buyers may bring within the horizon, in typical orders."""
        placed, size = self._placed(history), (len(history), count)
        drawn = chance.random(size)[:, :, None] > placed.shares.cumsum(axis=1)[:, None, :-1]
        kind = drawn.sum(axis=2)
        orders = np.zeros(size)
        for number in range(len(self.kinds)):
            here = kind == number
            orders[here] = _orders(placed, number, horizon, np.nonzero(here)[0], chance) * self.paces[number]
        p, q, gamma = np.array([each.pays for each in self.kinds.habits]).T[:, kind]
        own, mean = history.orders[:, None], np.maximum(history.sales[:, None], 0.0)
        rate = chance.gamma(p * own + q) / (gamma + own * mean)
        sales = np.where(orders > 0, chance.gamma(np.maximum(p * orders, 1e-9)), 0.0) / np.maximum(rate, 1e-12)
        said = self._sales(placed.told)
        right = np.divide(self._set_right(said), said, out=np.ones_like(said), where=said > 0)
        sales *= np.take_along_axis(right, kind, axis=1)
        fixed, share = np.array(self.lines).T[:, kind]
        return np.asarray(self._season(placed.told.day, horizon)[kind] * (fixed * orders + share * sales))

    def card(self) -> dict[str, Any]:
        """Everything learned, as JSON."""
        lines, trusts = ([list(one) for one in found] for found in (self.lines, self.trusts))
        plain = {"paces": list(self.paces), "trusts": trusts, "seasons": [list(each) for each in self.seasons]}
        return {"kinds": self.kinds.card(), "lines": lines, **plain}

    def _placed(self, history: History) -> Placed:
        if history.told is None:
            raise NoFit("nothing is told of the months and departments of orders")
        return self.kinds.placed(history.told)

    def values(self, told: Told, season: Numbers) -> Numbers:
        """n × kinds: value of an order. season: how much more it is worth than usual, by kind or n × kinds."""
        fixed, share = np.array(self.lines).T
        return np.asarray(season * (fixed + share * self._set_right(self._sales(told))))

    def _season(self, day: int, horizon: int) -> Numbers:
        """By kind: the season of the orders of so many days after a day."""
        return seasons.ahead(np.array(self.seasons), self.kinds.habits, day, horizon)

    def _sales(self, told: Told) -> Numbers:
        """n × kinds: sales of an order, as Gamma-Gamma has it."""
        return np.column_stack([each.expected_sales(told) for each in self.kinds.habits])

    def _set_right(self, sales: Numbers) -> Numbers:
        """The same by what later orders cost."""
        return np.column_stack([later.set_right(*each) for each in zip(self.trusts, sales.T, strict=True)])


def fit(history: History, before: ByKind | None = None, found: Sequence[Later] = ()) -> ByKind:
    """Learn from buyers as of a day; raises `NoFit` where there is nothing to learn from. before: of an earlier day;
    found: what later orders cost of those who were buyers on earlier days."""
    if history.told is None:
        raise NoFit("nothing is told of the months and departments of orders")
    kinds = kinds_once.fit(history.told, before.kinds if before else None)
    shares = kinds.placed(history.told).shares
    paces = (history.orders @ shares + 1) / (history.days @ shares + 1)
    by_month = seasons.learned(history.told, shares)
    trusts, tuples = later.trusts(kinds, shares, found), tuple(map(tuple, by_month.tolist()))
    made = ByKind(kinds, _lines(history, shares), tuple(paces.tolist()), trusts, tuples)

    def said(one: Later) -> Numbers:
        return made.values(one.told, seasons.of_orders(by_month, one.months))

    pairs = zip(made.lines, later.levels(said, shares, found).tolist(), strict=True)
    return replace(made, lines=tuple((fixed * level, share * level) for (fixed, share), level in pairs))


def of_card(card: Mapping[str, Any]) -> ByKind:
    """What `ByKind.card` gave."""
    lines = tuple((fixed, share) for fixed, share in card["lines"])
    trusts = tuple((fixed, rise) for fixed, rise in card["trusts"])
    by_month = tuple(tuple(each) for each in card["seasons"])
    return ByKind(mixture.of_card(card["kinds"]), lines, tuple(card["paces"]), trusts, by_month)


def _lines(history: History, shares: Numbers) -> tuple[Line, ...]:
    """By kind the line from sales to value by least squares, drawn to everybody's where it has few orders."""
    if np.allclose(history.sales, history.value):
        return tuple((0.0, 1.0) for _ in range(shares.shape[1]))
    sales, value = history.sales, history.value
    everybody = fitted(sales, value, history.orders), LINE_ORDERS
    return tuple(leaning(sales, value, history.orders * own, everybody) for own in shares.T)


def _orders(placed: Placed, number: int, horizon: int, rows: "np.ndarray", chance: np.random.Generator) -> Numbers:
    """Days with an order of customers (by row, as often as they are named) who are of a kind."""
    habit, standing, told = placed.kinds.habits[number], placed.standings[number], placed.told
    r, alpha, a, b = habit.orders
    ahead = clock.to_come(np.array(habit.speeds), told.day, np.array([horizon]))[0]
    frequency = told.frequency[rows]
    rate = chance.gamma(r + frequency) / (alpha + standing.age[rows])
    leaves = np.clip(chance.beta(a, b + frequency), 1e-9, 1 - 1e-12)
    until = np.maximum(np.ceil(np.log1p(-chance.random(len(rows))) / np.log1p(-leaves)), 1.0)
    wished = chance.poisson(np.minimum(rate * ahead, ORDERS_MOST))
    return np.where(chance.random(len(rows)) < standing.left[rows], 0.0, np.minimum(wished, until))


def _next_days(placed: Placed) -> Numbers:
    """Days until an order of one who stays is as likely as not; NaN beyond what is sought."""
    low, high = np.zeros(len(placed.told), np.int64), np.full(len(placed.told), NEXT_MOST)
    gone = 1 - placed.active()
    wanted = gone + (1 - gone) / 2
    for _ in range(HALVINGS):
        middle = (low + high) // 2
        is_later = placed.silence(middle) > wanted
        low, high = np.where(is_later, middle, low), np.where(is_later, high, middle)
    return np.where(high < NEXT_MOST, high.astype(np.float64), np.nan)
