"""A purchase model and what an order is worth: orders, activity and value of every buyer from four numbers each."""

from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np

from mining_tasks.experiments.habits import bg_nbd
from mining_tasks.experiments.habits.bg_nbd import BgNbd
from mining_tasks.experiments.habits.cells import Numbers
from mining_tasks.lifetime_value import pareto_nbd, spend
from mining_tasks.lifetime_value.forecast import HORIZONS, Forecast
from mining_tasks.lifetime_value.history import History
from mining_tasks.lifetime_value.pareto_nbd import ParetoNbd
from mining_tasks.lifetime_value.spend import Spend

BG, PARETO = "BG/NBD", "Pareto/NBD"
KINDS: dict[str, Any] = {BG: bg_nbd, PARETO: pareto_nbd}
CLASSES: dict[str, Any] = {BG: BgNbd, PARETO: ParetoNbd}


class Purchases(Protocol):
    """A fitted model of when orders come; time in days."""

    r: float
    alpha: float
    log_likelihood: float

    @property
    def is_degenerate(self) -> bool: ...

    def active_probability(self, frequency: Numbers, recency: Numbers, age: Numbers) -> Numbers: ...

    def expected_orders(self, frequency: Numbers, recency: Numbers, age: Numbers, horizon: float) -> Numbers: ...

    def orders_if_active(self, frequency: Numbers, age: Numbers, horizon: float) -> Numbers: ...


@dataclass(frozen=True)
class Parametric:
    """A fitted purchase model with its spend; orders_a_day turns days with an order into orders."""

    kind: str
    purchases: Purchases
    spend: Spend
    orders_a_day: float

    @property
    def log_likelihood(self) -> float:
        return self.purchases.log_likelihood

    @property
    def is_degenerate(self) -> bool:
        """Whether it sees nobody leave."""
        return self.purchases.is_degenerate

    @property
    def at_edge(self) -> int:
        """Parameters of the spend that ran away."""
        return max((len(one.at_bound) for one in self.spend.classes), default=0) if self.spend.share > 0 else 0

    def forecast(self, history: History) -> Forecast:
        """What to expect of n buyers."""
        told = history.frequency, history.age
        active = self.purchases.active_probability(history.frequency, history.recency, history.age)
        days = {horizon: active * self.purchases.orders_if_active(*told, float(horizon)) for horizon in HORIZONS}
        orders = {horizon: found * self.orders_a_day for horizon, found in days.items()}
        each = self.spend.expected(history, days[max(HORIZONS)])
        value = {horizon: found * each for horizon, found in orders.items()}
        return Forecast(active, orders, value, self.next_days(history))

    def next_days(self, history: History) -> Numbers:
        """Median time to the next order of one who stays: her rate is gamma (r + frequency, alpha + age)."""
        shape, rate = self.purchases.r + history.frequency, self.purchases.alpha + history.age
        return np.asarray(rate * (2.0 ** (1.0 / shape) - 1.0))

    def card(self) -> dict[str, Any]:
        """Everything learned, as JSON."""
        purchases = asdict(self.purchases)  # type: ignore[call-overload]
        return {
            "kind": self.kind,
            "purchases": purchases,
            "spend": self.spend.card(),
            "orders_a_day": self.orders_a_day,
        }


def fit(kind: str, history: History) -> Parametric:
    """Learn from buyers as of a day; raises `NoFit` where the likelihood has no maximum."""
    purchases = KINDS[kind].fit(history.cells)
    told = history.frequency, history.recency, history.age
    expected = purchases.expected_orders(*told, float(max(HORIZONS)))
    return Parametric(kind, purchases, spend.fit(history, expected), history.orders_a_day)


def of_card(card: dict[str, Any]) -> Parametric:
    """What `Parametric.card` gave."""
    told = card["purchases"]
    purchases = CLASSES[card["kind"]](**{**told, "at_bound": tuple(told["at_bound"])})
    return Parametric(card["kind"], purchases, spend.of_card(card["spend"]), card["orders_a_day"])
