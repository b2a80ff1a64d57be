"""Customers without an order: expected of them is what alike accounts without one brought in the 90 days that ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mining_tasks.experiments.habits.cells import Numbers

GROUP = "account_age_code"
GROUP_ROWS = 100
SOURCE = "rule: no order"
HIGH = 5.0


@dataclass(frozen=True)
class Strangers:
    """By age of the account: share who ordered, mean orders; money of an order in `currency`."""

    shares: Mapping[str, float]
    means: Mapping[str, float]
    order_amount: float
    currency: str
    known: int
    source: str = SOURCE
    high: float = HIGH

    @property
    def words(self) -> str:
        if not self.known:
            return "no order is known of her, and nothing tells what alike accounts did"
        return f"no order is known of her: the mean of {self.known:,} accounts without one 90 days ago, by their age"

    def share(self, facts: pa.Table) -> Numbers:
        return _by_group(facts, self.shares)

    def orders(self, facts: pa.Table) -> Numbers:
        return _by_group(facts, self.means)

    def value(self, facts: pa.Table) -> Numbers:
        return self.orders(facts) * self.order_amount

    def card(self) -> dict[str, Any]:
        return {"shares": dict(self.shares), "means": dict(self.means), "known": self.known}


def strangers(facts: pa.Table, order_amount: float, currency: str) -> Strangers:
    """Learn from all rows of facts whose 90 days are known; an age with fewer than 100 rows says the mean of all."""
    known = facts.filter(pc.and_(pc.equal(facts["orders_count"], 0), pc.is_valid(facts["came_orders_count"])))
    came = np.asarray(known["came_orders_count"].to_numpy(), np.float64)
    groups = np.asarray(known[GROUP].to_pylist(), dtype=object)
    shares, means = ({"": float(each.mean()) if len(each) else 0.0} for each in ((came > 0).astype(float), came))
    for name in sorted(set(groups)):
        here = came[groups == name]
        if len(here) >= GROUP_ROWS:
            shares[name], means[name] = float((here > 0).mean()), float(here.mean())
    return Strangers(shares, means, order_amount, currency, len(came))


def _by_group(facts: pa.Table, figures: Mapping[str, float]) -> Numbers:
    return np.array([figures.get(group, figures[""]) for group in facts[GROUP].to_pylist()], np.float64)
