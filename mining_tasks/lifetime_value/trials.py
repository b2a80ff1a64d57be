"""Make tonight's challenger, and try it: taught as of the holdout, against the naive rule and the champion."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mining_tasks.experiments import holdout, point_in_time, trial
from mining_tasks.experiments.holdout import Contestant, Holdout, Limits
from mining_tasks.experiments.judge import Rule, at_most
from mining_tasks.experiments.load import Trained, Unloadable
from mining_tasks.experiments.trial import Trial
from mining_tasks.lifetime_value import contest, instead, kept, recipes, verdict
from mining_tasks.lifetime_value.contest import Cuts
from mining_tasks.lifetime_value.forecast import SHORT
from mining_tasks.lifetime_value.parametric import BG, PARETO
from mining_tasks.lifetime_value.recipes import Taught

USUAL = Limits(measure="amount", calibration_error_most=0.10, too_good=0.99)


@dataclass(frozen=True)
class Found:
    """What came of a trial: all rules, the judge's part of it, and figures."""

    rules: list[Rule]
    trial: Trial
    baseline: str
    figures: Mapping[str, float] = field(default_factory=dict)


def challenger(cuts: Cuts, recipe: str) -> Taught:
    """The recipe taught as of tonight, its intervals set on the holdout, of which it had not learned when it spoke."""
    known = cuts.taught(recipe, 1).forecast(cuts.holdout.buyers, cuts.holdout.history)
    return recipes.with_spread(cuts.taught(recipe, 0), cuts.tonight, cuts.holdout, known)


def as_of_holdout(cuts: Cuts, recipe: str) -> Taught:
    """The recipe as it would have been taught when the holdout began."""
    made = cuts.taught(recipe, 1)
    if not cuts.earlier:
        return recipes.with_spread(made, cuts.holdout, None, None)
    known = cuts.earlier[0]
    of_known = recipe if len(cuts.earlier) > 1 or recipe in (BG, PARETO) else BG
    said = cuts.taught(of_known, 2).forecast(known.buyers, known.history)
    return recipes.with_spread(made, cuts.holdout, known, said)


def tried(cuts: Cuts, trained: Trained, before: Trained | None, said: Mapping[str, Any]) -> Found:
    """Try a challenger; limits: `[lifetime_value.limits]`."""
    own, limit = verdict.own(said), holdout.limits(said, "lifetime_value", USUAL)
    recipe = str(trained.card["taught"]["recipe"])
    made = as_of_holdout(cuts, recipe)
    spoke = made.forecast(cuts.holdout.buyers, cuts.holdout.history)
    name, naive = contest.baseline(cuts)
    champion, refresh = _champion(cuts, trained, before, recipe, own)
    one = cuts.holdout
    groups = {grouping: one.buyers[grouping].to_pylist() for grouping in point_in_time.GROUPS}
    held = Holdout(one.came_value, np.arange(len(one.history)), groups)
    found = trial.tried(held, Contestant(name, naive), champion, Contestant(recipe, spoke.value[SHORT]), limit)
    rules = [*found.rules, *verdict.level(one, spoke, own), *verdict.spread(one, spoke, made, own), *refresh]
    rules.append(at_most("fit_at_edge", float(made.model.at_edge), 0, "number of parameters at the edge of the search"))
    if before is None:
        rules = instead.spared(rules, cuts)
    return Found(rules, found, name, _figures(rules))


def _champion(
    cuts: Cuts, trained: Trained, before: Trained | None, recipe: str, own: verdict.Own
) -> tuple[Contestant | None, list[Rule]]:
    """The present model's recipe as of the holdout; where it is the challenger's own, the refresh is judged instead:
    the same recipe would tie with itself, and the kept one has seen the holdout come."""
    if before is None:
        return None, []
    try:
        kept_before = kept.taught_of(before)
    except Unloadable:
        return None, []
    if kept_before.recipe == recipe:
        tonight = cuts.tonight
        now = kept.taught_of(trained).forecast(tonight.buyers)
        return None, verdict.refreshed(kept_before.forecast(tonight.buyers), now, own)
    said = cuts.taught(kept_before.recipe, 1).forecast(cuts.holdout.buyers, cuts.holdout.history)
    return Contestant(kept_before.recipe, said.value[SHORT]), []


def _figures(rules: list[Rule]) -> dict[str, float]:
    return {rule.figure: rule.found for rule in rules if rule.found is not None}
