"""Which recipe? Chosen on a cut-off whose outcome was known before the holdout began; judged on the holdout."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any

import numpy as np

from mining_tasks.experiments.calibration import gini
from mining_tasks.experiments.habits.cells import Numbers
from mining_tasks.experiments.habits.maximise import NoFit
from mining_tasks.lifetime_value import cell_means, recipes
from mining_tasks.lifetime_value.forecast import SHORT, Forecast
from mining_tasks.lifetime_value.parametric import BG
from mining_tasks.lifetime_value.recipes import RECIPES, Taught
from mining_tasks.lifetime_value.slices import Slice

LEAST = 1e-6  # typical orders: who is expected to bring nothing may still bring something


@dataclass(frozen=True)
class Cuts:
    """Tonight, the holdout (whose 90 days have just ended) and the cut-offs before it, newest first."""

    tonight: Slice
    holdout: Slice
    earlier: tuple[Slice, ...]
    unit: Mapping[str, float]
    features: tuple[str, ...]
    known: dict[tuple[str, int], Taught] = field(init=False, default_factory=dict, compare=False)

    def taught(self, recipe: str, at: int) -> Taught:
        """A recipe as of tonight (0), the holdout (1) or the n-th cut-off before it, taught once however often it is
        asked; see `recipes.taught`."""
        if (recipe, at) not in self.known:
            found = (self.tonight, self.holdout, *self.earlier)
            self.known[recipe, at] = recipes.taught(recipe, found[at], found[at + 1 :], self.unit, self.features)
        return self.known[recipe, at]


@dataclass(frozen=True)
class Result:
    """A recipe on the cut-off before the holdout: Poisson deviance of value, and its excess over the best's."""

    recipe: str
    deviance: float
    gini: float
    bias: float
    excess: float = 0.0
    excess_error: float = 0.0


@dataclass(frozen=True)
class Choice:
    """The recipe taken, why in a sentence, and the table of all."""

    recipe: str
    why: str
    results: tuple[Result, ...] = ()

    def table(self) -> list[dict[str, Any]]:
        return [asdict(result) | {"chosen": result.recipe == self.recipe} for result in self.results]


def chosen(cuts: Cuts) -> Choice:
    """The simplest recipe that is not worse than the best beyond one standard error; BG/NBD where nothing earlier
    than the holdout is known."""
    if not cuts.earlier:
        return Choice(BG, f"{BG}: the history is too short to choose on anything but the holdout itself")
    known = cuts.earlier[0]
    losses: dict[str, Numbers] = {}
    results = []
    for recipe in RECIPES:
        said = _said(lambda recipe=recipe: cuts.taught(recipe, 2).forecast(known.buyers, known.history))  # type: ignore[misc]
        if said is not None:
            losses[recipe] = deviance(known.came_value, said.value[SHORT])
            results.append(_result(recipe, losses[recipe], said.value[SHORT], known.came_value))
    if not results:
        return Choice(BG, f"{BG}: nothing could be fitted to the cut-off before the holdout")
    best = min(results, key=lambda result: result.deviance).recipe
    table = [_against(result, losses[result.recipe] - losses[best]) for result in results]
    pick = next(result for result in table if result.excess <= result.excess_error)
    return Choice(pick.recipe, _why(pick, best), tuple(table))


def next_best(card: Mapping[str, Any], why: str) -> list[Choice]:
    """The other recipes of a challenger's contest, best first; of one that had none, none."""
    table = card.get("dossier", {}).get("modelling", {}).get("recipes", [])
    others = sorted((row for row in table if not row["chosen"]), key=lambda row: float(row["deviance"]))
    names = [field.name for field in fields(Result)]
    results = tuple(Result(**{name: row[name] for name in names}) for row in table)
    return [Choice(row["recipe"], why, results) for row in others]


def deviance(came: Numbers, said: Numbers) -> Numbers:
    """Twice the Poisson deviance of each row: least in expectation for the true mean, whatever the distribution."""
    truth, mean = np.maximum(came, 0.0), np.maximum(said, LEAST)
    own = np.where(truth > 0, truth * np.log(np.maximum(truth, LEAST) / mean), 0.0)
    return np.asarray(2 * (own - truth + mean))


def naive(cuts: Cuts) -> dict[str, Callable[[Slice], Numbers]]:
    """The rules that anybody would try, by name: each gives the value of 90 days for the buyers of a cut-off."""

    def last(days: int) -> Callable[[Slice], Numbers]:
        return lambda one: np.maximum(_column(one, f"value_{days}_days_amount"), 0.0) * SHORT / days

    return {f"the value of the last {days} days": last(days) for days in (90, 365)}


def baseline(cuts: Cuts) -> tuple[str, Numbers]:
    """The naive rule that ranked best on the cut-off before, and what it says of the holdout.

    The means of cells are one of them; on the cut-off before they need one before that.
    """
    rules = naive(cuts)
    said = {name: rule(cuts.holdout) for name, rule in rules.items()}
    if not cuts.earlier:
        name = next(iter(rules))
        return name, said[name]
    known = cuts.earlier[0]
    scored = {name: gini(known.came_value, rule(known)) for name, rule in rules.items()}
    cells = "the means of alike customers"
    said[cells] = cells_of(known).forecast(cuts.holdout.history).value[SHORT]
    if len(cuts.earlier) > 1:
        scored[cells] = gini(known.came_value, cells_of(cuts.earlier[1]).forecast(known.history).value[SHORT])
    name = max(scored, key=lambda rule: scored[rule])
    return name, said[name]


def cells_of(known: Slice) -> cell_means.CellMeans:
    """The means of cells as they came after a cut-off."""
    return cell_means.fit(known.history, known.came_orders, known.came_value)


def _said(made: Callable[[], Forecast]) -> Forecast | None:
    """What a recipe says, or None where it cannot be taught."""
    try:
        said = made()
    except (NoFit, ValueError):
        return None
    return said if np.isfinite(said.value[SHORT]).all() and np.isfinite(said.orders[SHORT]).all() else None


def _result(recipe: str, losses: Numbers, said: Numbers, came: Numbers) -> Result:
    total = float(came.sum())
    bias = float(said.sum()) / total - 1 if total else float("nan")
    return Result(recipe, float(losses.mean()), gini(came, said), bias)


def _against(result: Result, excess: Numbers) -> Result:
    error = float(excess.std(ddof=1) / np.sqrt(len(excess)))
    return Result(result.recipe, result.deviance, result.gini, result.bias, float(excess.mean()), error)


def _why(pick: Result, best: str) -> str:
    if pick.recipe == best:
        return f"{pick.recipe} has the least deviance on the cut-off before the holdout ({pick.deviance:.4g})"
    return (
        f"{pick.recipe} is the simplest that is not worse than {best} beyond one standard error "
        f"({pick.excess:.3g} ± {pick.excess_error:.3g})"
    )


def _column(one: Slice, name: str) -> Numbers:
    return np.asarray(one.buyers[name].to_numpy(), np.float64) / one.history.unit


def cuts_of(slices: Sequence[Slice], unit: Mapping[str, float], features: Sequence[str]) -> Cuts | None:
    """Usable slices, newest first, as cuts; None where there is no holdout."""
    if len(slices) < 2:
        return None
    return Cuts(slices[0], slices[1], tuple(slices[2:]), unit, tuple(features))
