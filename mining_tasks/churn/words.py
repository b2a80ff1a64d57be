"""Churn in words: the definition as readers see it, and what a score looked at most."""

import numpy as np
import pyarrow as pa

from mining_tasks.churn.features import numbers
from mining_tasks.churn.horizon import Group, Horizons
from mining_tasks.churn.model import Model

NEVER_ORDERED = "she never ordered: the rate of those who had not ordered either, by the age of their account"


def definition(group: Group) -> str:
    """`lost: no order for 100 days; customers who order …`."""
    return f"lost if she does not order within {group.horizon_days} days; {group.sentence()}"


def of_silence(facts: pa.Table, by: Horizons) -> list[str]:
    """What the silence of each customer with an order says."""
    recency, pace = numbers(facts["recency_days"]), numbers(facts["gap_mean_days"])
    horizon = by.days(pace)
    usual = [f"usually one every {gap:.0f} days" if gap == gap else "the only one so far" for gap in pace.tolist()]
    lost = np.where(recency >= horizon, "; she counts as lost already", "")
    rows = zip(recency.tolist(), usual, lost.tolist(), strict=True)
    return [f"last order {_ago(days)}, {often}{already}" for days, often, already in rows]


def of_model(model: Model, features: pa.Table, silent: list[str]) -> list[str]:
    """Reasons of a model's scores."""
    return silent


def _ago(days: float) -> str:
    return "today" if days < 1 else "yesterday" if days < 2 else f"{days:.0f} days ago"
