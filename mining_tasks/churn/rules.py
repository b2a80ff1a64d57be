"""What serves where no model may: the best recency rule, and for those who never ordered the rate of their like."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mining_tasks.churn.gaps import Numbers
from mining_tasks.churn.past import Past
from mining_tasks.churn.recency_rule import RecencyRule, Tried, searched

FOLDS = 5
ROWS_LEAST = 100  # fewer labelled customers than that carry no rule
LIKE_THEM = 20.0  # customers of the usual kind counted with each age of account, so that few of an age say little


@dataclass(frozen=True)
class Rules:
    """The naive rule, none if too little was seen; P(no order) of those who never ordered, by age of their account."""

    recency: RecencyRule | None = None
    tried: tuple[Tried, ...] = ()
    never_ordered: Mapping[str, float] = field(default_factory=dict)

    def facts(self) -> dict[str, Any]:
        """For a model's card; `read` is its inverse."""
        rule = asdict(self.recency) if self.recency else None
        return {"recency": rule, "never_ordered": dict(self.never_ordered), "tried": [asdict(one) for one in self.tried]}


def learned(past: Past, strangers: pa.Table) -> Rules:
    """The rules of labelled rows: `past` of customers with an order, `strangers` of those without (`never_ordered`)."""
    has_both = 0 < past.label.sum() < len(past)
    found = searched(past.silence, past.label, past.customer % FOLDS) if len(past) >= ROWS_LEAST and has_both else None
    return Rules(found.rule if found else None, found.tried if found else (), _rates(strangers))


def read(card: Mapping[str, Any]) -> Rules:
    """The rules on a card."""
    rule = card["recency"]
    made = {**rule, "edges": tuple(rule["edges"]), "steps": tuple(rule["steps"])} if rule else None
    return Rules(RecencyRule(**made) if made else None, tuple(Tried(**one) for one in card["tried"]), card["never_ordered"])


def of_strangers(rules: Rules, ages: pa.ChunkedArray) -> Numbers:
    """P(no order within the horizon) of customers without one; NaN where nothing was seen."""
    usual = rules.never_ordered.get("", float("nan"))
    return np.array([rules.never_ordered.get(age, usual) for age in ages.to_pylist()], np.float64)


def _rates(strangers: pa.Table) -> dict[str, float]:
    if strangers.num_rows < ROWS_LEAST:
        return {}
    stayed = strangers["has_stayed_away"].to_numpy()
    usual = float((stayed.sum() + 1) / (len(stayed) + 2))
    found = {"": round(usual, 6)}
    for age in sorted(pc.unique(strangers["account_age_code"]).to_pylist()):
        of_age = stayed[pc.equal(strangers["account_age_code"], age).to_numpy()]
        found[age] = round(float((of_age.sum() + LIKE_THEM * usual) / (len(of_age) + LIKE_THEM)), 6)
    return found
