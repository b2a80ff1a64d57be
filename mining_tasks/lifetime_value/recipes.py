"""The recipes that stand for choice, and how one is taught as of a day: from that day and earlier ones alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from mining_tasks.experiments.habits.cells import Numbers
from mining_tasks.lifetime_value import by_kind, intervals, learned, parametric
from mining_tasks.lifetime_value.by_kind import ByKind
from mining_tasks.lifetime_value.forecast import SHORT, Forecast
from mining_tasks.lifetime_value.history import History, history
from mining_tasks.lifetime_value.intervals import Intervals
from mining_tasks.lifetime_value.learned import Examples
from mining_tasks.lifetime_value.parametric import BG, PARETO, Parametric
from mining_tasks.lifetime_value.slices import Slice

CALIBRATED, BOOSTED = ", recalibrated", f"{learned.KIND} on {BG}"
KINDS = by_kind.KIND
# Simplest first: of equals the first serves.
RECIPES = (BG, PARETO, BG + CALIBRATED, PARETO + CALIBRATED, KINDS, BOOSTED)
FACTOR = (0.67, 1.5)  # a model that is further off than this is not recalibrated but wrong


@dataclass(frozen=True)
class Taught:
    """One recipe as it was taught on a day: all that scores a buyer."""

    recipe: str
    model: Parametric | ByKind
    unit: Mapping[str, float]
    features: tuple[str, ...] = ()
    trees: Any = None
    factors: tuple[float, float] = (1.0, 1.0)
    spread: Intervals | None = None

    def forecast(self, buyers: pa.Table, told: History | None = None) -> Forecast:
        """What to expect of the buyers in a table of facts."""
        told = told or history(buyers, self.unit)
        said = self.model.forecast(told)
        if self.trees is None:
            return said.scaled(*self.factors)
        numbers = learned.matrix(buyers, self.features, told, said, self.unit)
        return learned.forecast(self.trees, numbers, said)

    def card(self) -> dict[str, Any]:
        """Everything but the trees, as JSON."""
        spread = self.spread.card() if self.spread else None
        plain = {"recipe": self.recipe, "unit": dict(self.unit), "factors": list(self.factors)}
        return plain | {"features": list(self.features), "model": self.model.card(), "spread": spread}


def of_card(card: Mapping[str, Any], trees: Any = None) -> Taught:
    """What `Taught.card` gave, with the trees of the model's file."""
    read = by_kind.of_card if card["recipe"] == KINDS else parametric.of_card
    model, spread = read(card["model"]), intervals.of_card(card["spread"]) if card["spread"] else None
    orders, value = card["factors"]
    return Taught(card["recipe"], model, card["unit"], tuple(card["features"]), trees, (orders, value), spread)


def taught(
    recipe: str, now: Slice, earlier: Sequence[Slice], unit: Mapping[str, float], features: Sequence[str]
) -> Taught:
    """Teach a recipe on the buyers of `now`. earlier: cut-offs whose 90 days were over by then, newest first.

    Raises `NoFit`, and ValueError where a recipe needs an earlier cut-off and there is none.
    """
    if recipe == KINDS:
        return Taught(recipe, now.kinds(earlier), unit)
    kind = PARETO if recipe.startswith(PARETO) else BG
    model = now.fitted(kind)
    if recipe == BOOSTED:
        trees = learned.fit([_examples(one, unit, features) for one in _some(earlier, recipe)])
        return Taught(recipe, model, unit, tuple(features), trees)
    if recipe.endswith(CALIBRATED):
        return Taught(recipe, model, unit, factors=_factors(kind, _some(earlier, recipe)[0]))
    return Taught(recipe, model, unit)


def with_spread(found: Taught, now: Slice, known: Slice | None, said: Forecast | None) -> Taught:
    """The same with intervals. known, said: an earlier cut-off and what the recipe said of it before it was over, on
    which the levels are set; without one they stay nominal."""
    spread = intervals.drawn(found.model, now.history, found.forecast(now.buyers, now.history))
    if known is not None and said is not None:
        spread = intervals.adjusted(spread, said, known.came_value)
    return Taught(found.recipe, found.model, found.unit, found.features, found.trees, found.factors, spread)


def _some(earlier: Sequence[Slice], recipe: str) -> Sequence[Slice]:
    if not earlier:
        raise ValueError(f"{recipe} learns from an earlier cut-off, and there is none")
    return earlier


def _examples(one: Slice, unit: Mapping[str, float], features: Sequence[str]) -> Examples:
    said = one.fitted(BG).forecast(one.history)
    numbers = learned.matrix(one.buyers, features, one.history, said, unit)
    return Examples(numbers, one.came_orders, one.came_value)


def _factors(kind: str, known: Slice) -> tuple[float, float]:
    said = known.fitted(kind).forecast(known.history)
    pairs = (known.came_orders, said.orders[SHORT]), (known.came_value, said.value[SHORT])
    orders, value = (_bounded(came, expected) for came, expected in pairs)
    return orders, value


def _bounded(came: Numbers, said: Numbers) -> float:
    total = float(said.sum())
    return float(np.clip(came.sum() / total, *FACTOR)) if total > 0 else 1.0
