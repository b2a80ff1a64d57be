"""A learned model beside the parametric one: boosted trees on all facts of a day, what that model says among them.

They foretell orders and value of 90 days, taught on several cut-off dates, so that no one season is everything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.multioutput import MultiOutputRegressor
from threadpoolctl import threadpool_limits

from mining_tasks.experiments.habits.cells import Numbers
from mining_tasks.lifetime_value.forecast import HORIZONS, SHORT, Forecast
from mining_tasks.lifetime_value.history import History, unit_of

KIND = "gradient boosting"
SEED = 20170101
ROWS_LEAST = 2_000  # of examples; below, trees learn customers by heart
SHARE_MOST = 0.999  # of the values: a wholesaler's order would else be a leaf of its own
SAID = ("said_active", "said_orders_90", "said_orders_365", "said_value_90", "silence_in_gaps")
MONEY = ("_amount",)


@dataclass(frozen=True)
class Examples:
    """Buyers of one cut-off: matrix of their facts, and what came in 90 days (value in typical orders)."""

    numbers: Numbers
    came_orders: Numbers
    came_value: Numbers


def matrix(
    buyers: pa.Table, names: Sequence[str], history: History, said: Forecast, unit: Mapping[str, float]
) -> Numbers:
    """n buyers × (facts, what the parametric model says): money in typical orders of the currency."""
    worth = unit_of(buyers, unit)
    columns = []
    for name in names:
        found = np.array(pc.fill_null(pc.cast(buyers[name], pa.float64()), np.nan).to_numpy(), np.float64)
        columns.append(found / worth if name.endswith(MONEY) else found)
    usual = history.recency / np.maximum(history.frequency, 1.0)
    gaps = np.where(history.frequency > 0, history.silence / np.maximum(usual, 1.0), np.nan)
    columns += [said.active, *[said.orders[days] for days in HORIZONS], said.value[SHORT], gaps]
    return np.column_stack(columns)


def fit(examples: Sequence[Examples]) -> MultiOutputRegressor:
    """Orders and value by Poisson loss, whose mean is right by construction; one thread, same rows, same trees."""
    numbers = np.concatenate([one.numbers for one in examples])
    orders = np.concatenate([one.came_orders for one in examples])
    value = np.concatenate([one.came_value for one in examples])
    kept = np.clip(value, 0.0, np.quantile(value, SHARE_MOST))
    trees = HistGradientBoostingRegressor(
        loss="poisson", learning_rate=0.05, max_iter=150, max_leaf_nodes=15, min_samples_leaf=50,
        l2_regularization=5.0, early_stopping=False, random_state=SEED,
    )  # fmt: skip
    with threadpool_limits(limits=1):
        return MultiOutputRegressor(trees).fit(numbers, np.column_stack([orders, kept]))


def forecast(estimator: Any, numbers: Numbers, said: Forecast) -> Forecast:
    """What the trees say of n buyers; beyond 90 days in the proportion of the parametric model."""
    with threadpool_limits(limits=1):
        orders, value = estimator.predict(numbers).T
    return said.with_short(np.maximum(orders, 0.0), value)
