"""One kind of customer: how often she orders and in which months, when she leaves, what she pays, of what she buys."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from mining_tasks.experiments.habits import baskets, bg_nbd, clock, gamma_gamma
from mining_tasks.experiments.habits.cells import Cells, Numbers
from mining_tasks.experiments.habits.clock import Calendar
from mining_tasks.experiments.habits.told import Days, Told

Parts = tuple[float, ...]


@dataclass(frozen=True)
class Standing:
    """n customers, if they are of one kind: log-likelihood; recency and age on its clock; P(left after the last order),
    and of it P(left after the first)."""

    log_likelihood: Numbers
    recency: Numbers
    age: Numbers
    left: Numbers
    left_first: Numbers


@dataclass(frozen=True)
class Habit:
    """orders: r, alpha, a, b of BG/NBD on the clock; leaves_first: the chance to leave after the first order, after
    which BG/NBD lets nobody go; pays: p, q, gamma of Gamma-Gamma, of an order; buys: Dirichlet weights of lines by
    department; fills: shape and mean of `baskets`, prices: Gamma-Gamma of a line beside the usual one of its
    department, both empty where no lines were told; share: of all customers."""

    share: float
    orders: Parts
    leaves_first: float
    speeds: Parts
    pays: Parts
    buys: Parts
    fills: Parts = ()
    prices: Parts = ()

    def standing(self, told: Told, days: Calendar) -> Standing:
        """How she stands in this kind, by her orders and their months alone."""
        speeds = np.array(self.speeds)
        first = days.shown(speeds, told.first)
        recency, age = days.shown(speeds, told.last) - first, days.shown(speeds, np.array([told.day]))[0] - first
        each, left = bg_nbd.each(Cells(told.frequency, recency, age, np.ones(len(told))), np.array(self.orders))
        each = each + np.log1p(-self.leaves_first) + told.months @ np.log(speeds)
        once, left_first = told.frequency == 0, np.zeros(len(told))
        if self.leaves_first > 0:
            both = np.logaddexp(each[once], np.log(self.leaves_first))
            left_first[once] = np.exp(np.log(self.leaves_first) - both)
            each[once] = both
        return Standing(each, recency, age, np.where(once, left_first, left), left_first)

    def pay(self, told: Told) -> Numbers:
        """Log-likelihood of how many lines her orders have and of their prices; of the orders' where none are known."""
        found, paid = np.zeros(len(told)), told.has_paid
        if self.fills:
            known = told.has_lines
            found[known] = baskets.scores(told.orders[known], told.lines[known], np.array(self.fills))[0]
            priced, paid = told.has_price, paid & ~told.has_price
            found[priced] += gamma_gamma.scores(told.lines[priced], told.price[priced], np.array(self.prices))[0]
        found[paid] = gamma_gamma.scores(told.orders[paid], told.sales[paid], np.array(self.pays))[0]
        return found

    def expected_sales(self, told: Told) -> Numbers:
        """Of one order, drawn from her own mean to the kind's."""
        p, q, gamma = self.pays
        own = p * told.orders
        return np.asarray(p * (gamma + told.orders * np.maximum(told.sales, 0.0)) / (own + q - 1))

    def orders_ahead(self, told: Told, standing: Standing, horizon: int) -> Numbers:
        """Days with an order to be expected within so many days."""
        ahead = float(clock.to_come(np.array(self.speeds), told.day, np.array([horizon]))[0])
        r, alpha, a, b = self.orders
        model = bg_nbd.BgNbd(r, alpha, a, b, log_likelihood=0.0)
        return np.asarray((1 - standing.left) * model.orders_if_active(told.frequency, standing.age, ahead))

    def silence_ahead(self, told: Told, standing: Standing, horizon: Days) -> Numbers:
        """P(no order within each one's number of days)."""
        r, alpha = self.orders[:2]
        ahead = clock.to_come(np.array(self.speeds), told.day, horizon)
        waits = np.exp((r + told.frequency) * (np.log(alpha + standing.age) - np.log(alpha + standing.age + ahead)))
        return np.asarray(standing.left + (1 - standing.left) * waits)

    def with_share(self, share: float) -> "Habit":
        return replace(self, share=share)

    def card(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def of_card(card: Mapping[str, Any]) -> Habit:
    """What `Habit.card` gave."""
    parts = {name: tuple(found) for name, found in card.items() if isinstance(found, list | tuple)}
    return Habit(share=card["share"], leaves_first=card["leaves_first"], **parts)
