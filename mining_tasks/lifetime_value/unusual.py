"""Do tonight's customers look like those a model was taught on? Cents for euros must never become a value."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from mining_tasks.experiments.layout import layout
from mining_tasks.experiments.strange import Strange, Usual, strange, usual
from mining_tasks.lifetime_value.history import is_buyer

# What every recipe looks at. Times grow by themselves from night to night, money and paces do not.
LOOKED_AT = ("basket_mean_amount", "value_mean_amount", "orders_90_days_count", "gap_mean_days")


class StrangeFacts(ValueError):
    """Tonight's facts look like another shop's: nothing is scored on them."""


def learned(buyers: pa.Table) -> list[dict[str, Any]]:
    """How the facts of the buyers look whom a model was taught on, for its card: most used currency alone."""
    table = _of_main_currency(buyers)
    return [asdict(one) for one in usual(layout(table, LOOKED_AT), table)]


def looked_at(card: Sequence[dict[str, Any]], facts: pa.Table) -> Strange:
    """What is strange about tonight's facts; nothing where the card says nothing."""
    table = _of_main_currency(facts.filter(is_buyer(facts)))
    before = tuple(Usual(**one) for one in card)
    return strange(before, layout(table, LOOKED_AT), table) if before else Strange()


def _of_main_currency(buyers: pa.Table) -> pa.Table:
    """Money of several currencies has no common median; names of the currency decide among equals."""
    named = pc.fill_null(buyers["currency"], "")
    counts = pc.value_counts(named).to_pylist()
    if not counts:
        return buyers
    main = min(counts, key=lambda one: (-one["counts"], one["values"]))["values"]
    return buyers.filter(pc.equal(named, main))
