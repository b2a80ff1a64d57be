"""Customers who buy alike, found in the facts of past campaigns: whom she is like, how readily she answers, what an
order of hers is worth."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from mining_tasks.campaigns import groups
from mining_tasks.campaigns.best.crowd import Rates
from mining_tasks.campaigns.groups import Groups, Habits
from mining_tasks.campaigns.offers import Numbers

LEANS_ON = 3.0  # orders that the mean of those alike is worth, in what an order of hers is worth
CONTACTS = 5.0  # that the mean of all is worth, in how readily she answers
READY_MOST = 3.0  # spreads from the mean: one who answers everything is no tenfold reader


@dataclass(frozen=True)
class Alike:
    """Groups; (k,) what an order of each is worth in the main currency; mean and spread of how readily all answer."""

    groups: Groups
    order_means: Numbers
    ready: tuple[float, float]
    rates: Rates

    @classmethod
    def of(cls, rows: pa.Table, rates: Rates) -> "Alike":
        """Of rows of facts and tastes."""
        rate = rates.per_row(rows["currency"])
        habits = Habits.of(rows, rate)
        found = groups.found(habits)
        orders, value = _paid(rows, rate)
        weight = found.memberships(habits).T
        whole = float(value.sum() / max(orders.sum(), 1.0))
        means = (weight @ value + LEANS_ON * whole) / (weight @ orders + LEANS_ON)
        answered, had = _numbers(rows, "responses_count"), _numbers(rows, "campaigns_count")
        mean = float(answered.sum() / max(had.sum(), 1.0))
        return cls(found, means, (mean, float(_readiness(rows, mean).std())), rates)

    def seen(self, rows: pa.Table) -> tuple[Numbers, Numbers]:
        """(n, k + 1) memberships and how readily she answers, in spreads around the mean of all; (n,) worth of an order
        in her own currency, NaN without one."""
        rate = self.rates.per_row(rows["currency"])
        belongs = self.groups.memberships(Habits.of(rows, rate))
        orders, value = _paid(rows, rate)
        worth = (value + LEANS_ON * (belongs @ self.order_means)) / (orders + LEANS_ON) / rate
        mean, spread = self.ready
        ready = (_readiness(rows, mean) - mean) / spread if spread > 0 else np.zeros(len(orders))
        return np.column_stack([belongs, np.clip(ready, -READY_MOST, READY_MOST)]), worth


def _readiness(rows: pa.Table, mean: float) -> Numbers:
    """(n,) share of contacts that she answered, leaning on the mean of all."""
    answered, had = _numbers(rows, "responses_count"), _numbers(rows, "campaigns_count")
    return np.asarray((answered + CONTACTS * mean) / (had + CONTACTS))


def _paid(rows: pa.Table, rate: Numbers) -> tuple[Numbers, Numbers]:
    """(n,) paid orders and their value in the main currency."""
    return _numbers(rows, "paid_orders_count"), _numbers(rows, "value_amount") * np.nan_to_num(rate)


def _numbers(rows: pa.Table, name: str) -> Numbers:
    return np.asarray(np.nan_to_num(rows[name].cast(pa.float64()).to_numpy()))
