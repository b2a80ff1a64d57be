"""What may come of a customer: draws from the posterior predictive of the purchase models and their spend.

Uncertain are whether she is still there, her own rate, when she leaves, how many orders then come, and what they bring.
"""

import numpy as np

from mining_tasks.experiments.habits.bg_nbd import BgNbd
from mining_tasks.experiments.habits.cells import Numbers
from mining_tasks.lifetime_value.by_kind import ByKind
from mining_tasks.lifetime_value.history import History
from mining_tasks.lifetime_value.parametric import Parametric
from mining_tasks.lifetime_value.pareto_nbd import ParetoNbd

ORDERS_MOST = 10_000.0  # a draw beyond is an artefact of a degenerate fit


def value_draws(model: Parametric | ByKind, history: History, horizon: float, count: int, seed: int) -> Numbers:
    """n × count values of what n buyers bring within the horizon, in typical orders."""
    chance = np.random.default_rng(seed)
    if isinstance(model, ByKind):
        return model.value_draws(history, int(horizon), count, chance)
    orders = order_draws(model.purchases, history, horizon, count, chance) * model.orders_a_day
    expected = model.purchases.expected_orders(history.frequency, history.recency, history.age, 365.0)
    place = np.searchsorted(model.spend.edges, expected)
    sales = np.zeros_like(orders)
    for number, spend in enumerate(model.spend.classes):
        here = place == number
        own, mean = history.orders[here, None], np.maximum(history.sales[here, None], 0.0)
        rate = chance.gamma(spend.p * own + spend.q, 1 / (spend.gamma + own * mean), (int(here.sum()), count))
        shape = spend.p * orders[here]
        sales[here] = np.where(shape > 0, chance.gamma(np.maximum(shape, 1e-9)), 0.0) / rate
    return np.asarray(model.spend.fixed * orders + model.spend.share * sales)


def order_draws(
    purchases: object, history: History, horizon: float, count: int, chance: np.random.Generator
) -> Numbers:
    """n × count numbers of days with an order within the horizon."""
    if isinstance(purchases, BgNbd):
        return _of_bg_nbd(purchases, history, horizon, count, chance)
    if isinstance(purchases, ParetoNbd):
        return _of_pareto_nbd(purchases, history, horizon, count, chance)
    raise TypeError(f"nothing is known of how {type(purchases).__name__} draws orders")


def _of_bg_nbd(model: BgNbd, history: History, horizon: float, count: int, chance: np.random.Generator) -> Numbers:
    """Poisson orders of her own rate, of which those after she left do not come."""
    size = (len(history), count)
    active = chance.random(size) < model.active_probability(history.frequency, history.recency, history.age)[:, None]
    rate = chance.gamma((model.r + history.frequency)[:, None], 1 / (model.alpha + history.age)[:, None], size)
    leaves = np.maximum(chance.beta(model.a, (model.b + history.frequency)[:, None], size), 1e-9)
    until = np.ceil(
        np.log1p(-chance.random(size)) / np.log1p(-np.minimum(leaves, 1 - 1e-12))
    )  # the order she leaves after
    wished = chance.poisson(np.minimum(rate * horizon, ORDERS_MOST))
    return np.where(active, np.minimum(wished, np.maximum(until, 1)), 0.0)


def _of_pareto_nbd(
    model: ParetoNbd, history: History, horizon: float, count: int, chance: np.random.Generator
) -> Numbers:
    """Poisson orders of her own rate until the exponential time at which she leaves."""
    size = (len(history), count)
    active = chance.random(size) < model.active_probability(history.frequency, history.recency, history.age)[:, None]
    rate = chance.gamma((model.r + history.frequency)[:, None], 1 / (model.alpha + history.age)[:, None], size)
    leaving = np.maximum(chance.gamma(model.s, 1 / (model.beta + history.age)[:, None], size), 1e-12)
    there = np.minimum(chance.exponential(1.0, size) / leaving, horizon)
    return np.where(active, chance.poisson(np.minimum(rate * there, ORDERS_MOST)), 0.0)
