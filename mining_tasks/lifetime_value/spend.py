"""What a customer's next order is worth: her own mean, drawn towards that of customers who order as often."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from mining_tasks.experiments.habits import gamma_gamma
from mining_tasks.experiments.habits.cells import Numbers
from mining_tasks.experiments.habits.gamma_gamma import GammaGamma
from mining_tasks.experiments.habits.maximise import NoFit
from mining_tasks.lifetime_value.history import History
from mining_tasks.lifetime_value.lines import Line, fitted

CLASSES = 5  # Gamma-Gamma takes spend as independent of frequency; within a fifth of customers by frequency it is
CLASS_ROWS = 200


@dataclass(frozen=True)
class Spend:
    """Gamma-Gamma of sales per class of expected orders, and the line from sales to value (margin) of an order.

    edges: expected orders that part the classes. fixed, share: value = fixed + share × sales, in typical orders.
    """

    edges: tuple[float, ...]
    classes: tuple[GammaGamma, ...]
    fixed: float
    share: float

    def expected(self, history: History, expected_orders: Numbers) -> Numbers:
        """Expected value of an order for n buyers, in typical orders; it may lie below 0."""
        place = np.searchsorted(self.edges, expected_orders)
        sales = np.zeros(len(history))
        for number, model in enumerate(self.classes):
            here = place == number
            sales[here] = model.expected_value(history.orders[here], np.maximum(history.sales[here], 0.0))
        return np.asarray(self.fixed + self.share * sales)

    def card(self) -> dict[str, Any]:
        """The parameters as JSON."""
        return asdict(self)


def fit(history: History, expected_orders: Numbers) -> Spend:
    """Learn from buyers; raises `NoFit` if nobody ever paid anything."""
    count = min(CLASSES, max(1, len(history) // CLASS_ROWS))
    edges = np.unique(np.quantile(expected_orders, np.arange(1, count) / count)) if count > 1 else np.zeros(0)
    place = np.searchsorted(edges, expected_orders)
    everybody = _sound(gamma_gamma.fit(history.orders, history.sales))
    if everybody is None:
        everybody = _equal(history)
    classes = [_of_class(history, place == number, everybody) for number in range(len(edges) + 1)]
    fixed, share = _line(history)
    return Spend(tuple(edges.tolist()), tuple(classes), fixed, share)


def of_card(card: dict[str, Any]) -> Spend:
    """What `Spend.card` gave."""
    classes = tuple(GammaGamma(**{**one, "at_bound": tuple(one["at_bound"])}) for one in card["classes"])
    return Spend(tuple(card["edges"]), classes, card["fixed"], card["share"])


def _of_class(history: History, rows: "np.ndarray", everybody: GammaGamma) -> GammaGamma:
    if rows.sum() < CLASS_ROWS:
        return everybody
    try:
        return _sound(gamma_gamma.fit(history.orders[rows], history.sales[rows])) or everybody
    except NoFit:
        return everybody


def _sound(model: GammaGamma) -> GammaGamma | None:
    """None for a fit whose population has no mean, or that ran to the edge: all orders alike, or too few."""
    return None if model.at_bound or model.q <= 1 else model


def _equal(history: History) -> GammaGamma:
    """Everybody spends the mean: what a Gamma-Gamma says where nothing tells customers apart."""
    mean = float(np.average(np.maximum(history.sales, 0.0), weights=history.orders))
    return GammaGamma(1.0, 1e6, mean * 1e6, 0.0, ("q",))


def _line(history: History) -> Line:
    """Value of an order as a line in its sales, by least squares over customers' means, orders as weights."""
    if np.allclose(history.sales, history.value):
        return 0.0, 1.0
    return fitted(history.sales, history.value, history.orders)
