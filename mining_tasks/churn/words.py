"""Churn in words: the definition as readers see it, and what a score looked at most."""

import numpy as np
import pyarrow as pa

from mining_tasks.churn.alike import ALIKE, COLUMN, LEVELLED
from mining_tasks.churn.features import HER_OWN, numbers
from mining_tasks.churn.horizon import Group, Horizons
from mining_tasks.churn.model import Model
from mining_tasks.experiments import phrases
from mining_tasks.experiments.reasons import Phrase, reasons, worded

HORIZON = "silent for {recency_horizons%} of the {horizon_days} days after which she counts as lost"
PHRASES = {
    **phrases.PHRASES,
    "horizon_days": Phrase("counts as lost after {horizon_days} days"),
    "recency_horizons": Phrase(HORIZON),
    "recency_gaps": Phrase("silent for {recency_gaps} times her usual gap", "one order so far"),
    "recency_tenure_share": Phrase("silent for {recency_tenure_share%} of the time since her first order"),
    "order_days_a_month": Phrase("orders on {order_days_a_month} days a month"),
    COLUMN: Phrase("{alike_silence%} of customers who buy as she does would stay away"),
    "lately_share": Phrase("{lately_share%} of the orders of 90 days in the last 30", "no order in 90 days"),
}
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


def of_model(model: Model, facts: pa.Table, features: pa.Table) -> list[str]:
    """What moved each customer's probability furthest from the usual; how silent she is, where the learner cannot say.

    facts tell amounts in her currency, features are what the model saw.
    """
    silent = of_silence(facts, model.by)
    try:
        found = reasons(model.scorer, model.layout, features)
    except TypeError:
        return silent
    table = facts
    for name in HER_OWN:
        table = table.append_column(name, features[name])
    if COLUMN in features.column_names:
        table = table.append_column("alike_silence", pa.array(1 / (1 + np.exp(-numbers(features[COLUMN])))))
    told = worded(found, table, PHRASES).to_pylist()
    if model.card["learner"] in (ALIKE.name, LEVELLED.name):
        return [f"{said}; {usual}" if said else usual for said, usual in zip(told, silent, strict=True)]
    return [said or usual for said, usual in zip(told, silent, strict=True)]


def _ago(days: float) -> str:
    return "today" if days < 1 else "yesterday" if days < 2 else f"{days:.0f} days ago"
