"""A trial: baseline, champion and challenger on one frozen later holdout, and every rule that decides between them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from mining_tasks.experiments.bootstrap import Draws, draws
from mining_tasks.experiments.calibration import Bin, deciles, reliability
from mining_tasks.experiments.groups import grouped
from mining_tasks.experiments.holdout import Contestant, Holdout, Kind, Limits, able, sound
from mining_tasks.experiments.judge import Rule, at_least, at_most
from mining_tasks.experiments.measures import NAMES, WORDS, calibrated, measured, ranked

Numbers = npt.NDArray[np.float64]
OVERLAP_LEAST = 100  # customers scored twice, below which a ranking cannot be compared


@dataclass(frozen=True)
class Trial:
    """What came of it. Families hand `rules` to `judge.judged`.

    figures: numbers by name, for MLflow. groups: a row per group, see `groups.grouped`. curves: reliability of each
    contestant by its role. deciles: of the challenger. notes: sentences on what could not be looked at.
    """

    rules: list[Rule]
    figures: dict[str, float] = field(default_factory=dict)
    groups: list[dict[str, Any]] = field(default_factory=list)
    curves: dict[str, tuple[Bin, ...]] = field(default_factory=dict)
    deciles: list[dict[str, float]] = field(default_factory=list)
    notes: tuple[str, ...] = ()


def tried(
    holdout: Holdout,
    baseline: Contestant,
    champion: Contestant | None,
    challenger: Contestant,
    limit: Limits = Limits(),  # noqa: B008  (frozen)
) -> Trial:
    """Try a challenger against the stated naive rule and, if there is one, the present model.

    limit: with `limit.measure`; `holdout.AMOUNT` for amounts. Whatever the data look like, it ends in rules; a rule
    that cannot be looked at does not hold. Raises ValueError only if someone scored another number of rows than the
    holdout has, or the baseline says nothing of some.
    """
    measure = limit.measure
    roles = {"baseline": baseline, "champion": champion, "challenger": challenger}
    fighters = {role: one for role, one in roles.items() if one is not None}
    _require_alike(holdout, fighters, measure)
    rules = able(holdout, limit) + sound(challenger, measure)
    if not all(rule.holds for rule in rules if rule.figure != "leaks_count"):
        return Trial(rules, _found(rules), notes=("the holdout or the scores cannot decide anything",))
    notes = []
    if champion is not None and champion.unscored(measure):
        notes.append(f"{champion.name} says nothing of {champion.unscored(measure):,} rows and is left out")
        del fighters["champion"]
    by = draws(holdout.customer)
    figures, gains = _fought(holdout, fighters, by, limit)
    rules += gains + _calibration(holdout, challenger, by, limit) + _too_good(figures, limit)
    serving = fighters.get("champion", baseline)
    groups = grouped(holdout, (serving, challenger), by, limit)
    rules.append(unharmed(groups, serving.name))
    notes += [] if any(row["is_tested"] for row in groups) else ["no group was large enough to be tested"]
    curves = {role: reliability(holdout.label, one.scored) for role, one in fighters.items()}
    table = deciles(holdout.label, challenger.scored)
    return Trial(rules, figures | _found(rules), groups, curves, table, tuple(notes))


def unharmed(groups: Sequence[dict[str, Any]], serving: str) -> Rule:
    """No group is made worse beyond noise; the sentence names those that are."""
    worse = [row for row in groups if row["is_worse"]]
    named = ", ".join(f"{row['grouping']} = {row['group']} by {-row['gain']:.3g}" for row in worse)
    words = f"number of groups made worse than by {serving}" + (f" ({named})" if named else "")
    return at_most("groups_worse_count", len(worse), 0, words)


def steady(now: Numbers, last: Numbers, limit: Limits = Limits()) -> list[Rule]:  # noqa: B008  (frozen)
    """Does the ranking stay from night to night? now, last: scores of the same customers, NaN where there is none.

    Rank correlation (Spearman, ties by their mean rank). No rule if fewer than 100 customers were scored twice.
    """
    both = np.isfinite(now) & np.isfinite(last)
    if both.sum() < OVERLAP_LEAST:
        return []
    words = "rank correlation with what was published last"
    return [at_least("ranking_agreement", agreement(now[both], last[both]), limit.ranking_least, words)]


def agreement(now: Numbers, last: Numbers) -> float:
    """Spearman's rank correlation; 1 if both hold one value for all, NaN if only one does."""
    ranks = [_ranks(each) for each in (now, last)]
    spread = [float(rank.std()) for rank in ranks]
    if not all(spread):
        return 1.0 if not any(spread) else float("nan")
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


def _ranks(scored: Numbers) -> Numbers:
    _, place, count = np.unique(scored, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(count) - (count - 1) / 2)[place], np.float64)


def _fought(
    holdout: Holdout, fighters: dict[str, Contestant], by: Draws, limit: Limits
) -> tuple[dict[str, float], list[Rule]]:
    """The measure of each, and the challenger's gain over each other with its interval."""
    kind = limit.measure
    everyone = np.zeros(len(holdout.label), np.int64)
    all_scores = [one.scored for one in fighters.values()]
    found = dict(zip(fighters, measured(kind, holdout.label, all_scores, by, everyone), strict=True))
    sign = -1.0 if kind == "label" else 1.0  # a log-loss is told as a loss
    figures = {f"{NAMES[kind]}_{role}": sign * float(each.point[0]) for role, each in found.items()}
    for role, one in fighters.items():
        figures |= {f"{name}_{role}": value for name, value in ranked(kind, holdout.label, one.scored).items()}
    rules = []
    for role in found.keys() - {"challenger"}:
        gain = found["challenger"].above(found[role])
        low, high = gain.interval()
        name = f"gain_over_{role}"
        figures |= {name: float(gain.point[0]), f"{name}_low": low, f"{name}_high": high}
        rules.append(_beyond_noise(f"{name}_low", low, limit.gain_least, f"{WORDS[kind]} over {fighters[role].name}"))
    return figures, sorted(rules, key=lambda rule: rule.figure)


def _beyond_noise(figure: str, low: float, least: float, over: str) -> Rule:
    holds = bool(np.isfinite(low) and low > least)
    words = f"lower bound (95 %) of the gain in {over}"
    return Rule(figure, low if np.isfinite(low) else None, holds, f"more than {least:g}", words)


def _calibration(holdout: Holdout, challenger: Contestant, by: Draws, limit: Limits) -> list[Rule]:
    error, noise = calibrated(limit.measure, holdout.label, challenger.scored, by)
    most = max(limit.calibration_error_most, noise)
    why = " (what chance alone would show here)" if noise > limit.calibration_error_most else ""
    held = at_most("calibration_error", error, most, f"calibration error of {challenger.name}")
    return [Rule(held.figure, held.found, held.holds, f"at most {most:.3g}{why}", held.words)]


def _too_good(figures: dict[str, float], limit: Limits) -> list[Rule]:
    name, words = ("auc", "AUC") if limit.measure == "label" else ("gini", "normalised Gini")
    found = figures[f"{name}_challenger"]
    return [at_most(f"{name}_challenger", found, limit.too_good, f"{words} (beyond the limit too good to be true)")]


def _found(rules: Sequence[Rule]) -> dict[str, float]:
    return {rule.figure: rule.found for rule in rules if rule.found is not None}


def _require_alike(holdout: Holdout, fighters: dict[str, Contestant], kind: Kind) -> None:
    uneven = [one.name for one in fighters.values() if len(one.scored) != len(holdout.label)]
    if uneven:
        raise ValueError(f"other rows than the {len(holdout.label)} of the holdout were scored by {', '.join(uneven)}")
    if fighters["baseline"].unscored(kind):
        raise ValueError(f"{fighters['baseline'].name} must say something of every row")
