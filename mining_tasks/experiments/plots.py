"""One page of a trial: do scores come true, do they rank, who gains and who loses, and which rule decided."""

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mining_tasks.experiments.calibration import Bin
from mining_tasks.experiments.holdout import Kind
from mining_tasks.experiments.log import Run
from mining_tasks.experiments.measures import WORDS
from mining_tasks.experiments.trial import Trial

GROUPS_MOST = 20  # more cannot be read
COLOURS = {"baseline": "#999999", "champion": "#1f77b4", "challenger": "#d95f02"}
GOOD, BAD = "#1b7837", "#b2182b"
SIGNS = {True: "✓", False: "✗"}


def report(run: Run, trial: Trial, measure: Kind = "label") -> None:
    """Log a trial: its figures as metrics, the page, the groups, the deciles and the rules beside them."""
    run.metrics(trial.figures)
    run.figure("trial", page(trial, measure))
    rules = [{"figure": r.figure, "found": r.found, "asked": r.asks, "holds": r.holds} for r in trial.rules]
    run.text("trial.json", {"rules": rules, "notes": list(trial.notes)})
    for name, rows in {"groups": trial.groups, "deciles": trial.deciles}.items():
        if rows:
            run.table(name, pa.Table.from_pylist(rows))


def page(trial: Trial, measure: Kind = "label") -> Figure:
    """The page; of a trial that could not be held only its rules."""
    figure = Figure(figsize=(14, 10), layout="constrained")
    (curve, lift), (gains, rules) = figure.subplots(2, 2)
    _reliability(curve, trial.curves, measure)
    _lift(lift, trial.deciles)
    _gains(gains, trial.groups, measure)
    _rules(rules, trial)
    return figure


def _reliability(axes: Axes, curves: dict[str, tuple[Bin, ...]], measure: Kind) -> None:
    axes.set_title("What was said, and what came of it (ten bins of equal mass)")
    if not curves:
        return _none(axes)
    for role, bins in curves.items():
        said, came = [each.predicted for each in bins], [each.came for each in bins]
        axes.plot(said, came, "o-", color=COLOURS[role], label=role, alpha=0.9)
    most = max(max(each.predicted, each.came) for bins in curves.values() for each in bins)
    axes.plot([0, most], [0, most], ":", color="black", label="as said")
    unit = "probability" if measure == "label" else "amount"
    axes.set_xlabel(f"mean {unit} said")
    axes.set_ylabel("share that came" if measure == "label" else "mean amount that came")
    axes.legend()
    return None


def _lift(axes: Axes, deciles: Sequence[dict[str, float]]) -> None:
    axes.set_title("The challenger's tenths of customers, highest scores first")
    if not deciles:
        return _none(axes)
    places = [row["decile"] for row in deciles]
    axes.bar(places, [row["lift"] for row in deciles], color=COLOURS["challenger"])
    axes.axhline(1, linestyle=":", color="black")
    axes.set_xticks(places)
    axes.set_xlabel("tenth")
    axes.set_ylabel("times the mean of all")
    for row in deciles:
        axes.text(row["decile"], row["lift"], f"{row['share_so_far']:.0%}", ha="center", va="bottom", fontsize=8)
    return None


def _gains(axes: Axes, groups: Sequence[dict[str, Any]], measure: Kind) -> None:
    axes.set_title(f"Gain in {WORDS[measure]} over what serves now, by group, with 95 % intervals")
    tested = sorted((row for row in groups if row["is_tested"]), key=lambda row: row["gain"])[:GROUPS_MOST]
    if not tested:
        return _none(axes)
    for place, row in enumerate(tested):
        colour = BAD if row["is_worse"] else GOOD if row["gain_low"] > 0 else "#666666"
        axes.plot([row["gain_low"], row["gain_high"]], [place, place], color=colour)
        axes.plot(row["gain"], place, "o", color=colour)
    axes.axvline(0, linestyle=":", color="black")
    axes.set_yticks(range(len(tested)), [f"{row['grouping']} = {row['group']} ({row['rows']:,})" for row in tested])
    axes.tick_params(axis="y", labelsize=8)
    axes.set_xlabel("better to the right; red: worse beyond noise, chance over all groups allowed for (Holm)")
    return None


def _rules(axes: Axes, trial: Trial) -> None:
    axes.set_title("What decided")
    axes.set_axis_off()
    lines = [(f"{SIGNS[rule.holds]} {rule.sentence()}", "black" if rule.holds else BAD) for rule in trial.rules]
    lines += [(f"({note})", "#666666") for note in trial.notes]
    height = 1.0
    for text, colour in lines:
        wrapped = textwrap.wrap(text, 88) or [""]
        axes.text(0, height, "\n".join(wrapped), color=colour, fontsize=9, va="top", transform=axes.transAxes)
        height -= 0.052 * len(wrapped) + 0.012


def _none(axes: Axes) -> None:
    axes.set_axis_off()
    axes.text(0.5, 0.5, "not enough to tell", ha="center", va="center", color="#666666")


def spread(scored: np.ndarray, bins: int = 30) -> Figure:
    """How tonight's scores are spread."""
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    axes.hist(scored[np.isfinite(scored)], bins=bins, color=COLOURS["challenger"])
    axes.set_xlabel("score")
    axes.set_ylabel("customers")
    return figure
