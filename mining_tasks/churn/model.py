"""A churn model: a fitted estimator and its card, on which stands all that scoring, judging and readers need."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from mining_tasks.churn import alike, definition, rules
from mining_tasks.churn.alike import Alike
from mining_tasks.churn.features import described
from mining_tasks.churn.gaps import Numbers
from mining_tasks.churn.horizon import Horizons
from mining_tasks.churn.rules import Rules
from mining_tasks.experiments.calibration import Recalibration
from mining_tasks.experiments.layout import Layout, Learned
from mining_tasks.experiments.learners import Scorer
from mining_tasks.experiments.strange import Strange, Usual, strange

BATCH_ROWS = 100_000


@dataclass(frozen=True)
class Model:
    """What scores customers. `card` is JSON; see `card` below for what it holds."""

    estimator: Any
    card: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.card["name"])

    @cached_property
    def by(self) -> Horizons:
        """The definition that the model was taught."""
        return definition.read(self.card["definition"])

    @cached_property
    def rules(self) -> Rules:
        """The rules that were searched on the rows the model learned from."""
        return rules.read(self.card["rules"])

    @cached_property
    def alike(self) -> Alike | None:
        """The kinds of customers that its features are told by; None for a model without them."""
        return alike.of_card(self.card["alike"]) if self.card.get("alike") else None

    @cached_property
    def scorer(self) -> Scorer:
        said = self.card["recalibration"]
        recalibration = Recalibration(said["method"], tuple(said["points"]), tuple(said["values"]))
        return Scorer(self.estimator, tuple(self.card["columns"]), recalibration)

    @cached_property
    def layout(self) -> Layout:
        return layout_of(self.card["layout"])

    def features(self, facts: pa.Table) -> pa.Table:
        """The columns the model looks at, of facts of customers with an order."""
        return described(facts, self.by, self.card["scale"], self.alike)

    def matrix(self, features: pa.Table) -> Numbers:
        """The numbers that the estimator sees, in the order of `card["columns"]`."""
        places = [self.layout.names.index(name) for name in self.scorer.names]
        return self.layout.matrix(features)[:, places]

    def probability(self, features: pa.Table) -> Numbers:
        """P(no order within the horizon) for n rows of `features`, a batch at a time."""
        found = [np.empty(0)]
        for start in range(0, features.num_rows, BATCH_ROWS):
            numbers = self.layout.matrix(features.slice(start, BATCH_ROWS))
            found.append(self.scorer.probability(numbers, self.layout.names))
        return np.concatenate(found)

    def strange(self, features: pa.Table) -> Strange:
        """Whether tonight's features still look like those of the night the model was trained."""
        return strange(tuple(Usual(**each) for each in self.card["usual"]), self.layout, features)


def layout_facts(taught: Layout) -> list[dict[str, Any]]:
    """A layout for a card; `layout_of` is its inverse."""
    return [asdict(each) for each in taught.columns]


def layout_of(card: list[dict[str, Any]]) -> Layout:
    """The layout on a card."""
    return Layout(tuple(Learned(**{**each, "values": each["values"] and tuple(each["values"])}) for each in card))
