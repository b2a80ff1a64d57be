"""Plots of a night's campaigns: Qini curves and uplift by decile."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mining_tasks.campaigns.effects import Learnt


def qini(learnt: Mapping[str, Learnt]) -> Figure:
    """Per kind the orders gained by contacting the best share first, of every learner, against contacting by lot."""
    figure, each = _row(len(learnt))
    for axes, (kind, one) in zip(each, learnt.items(), strict=True):
        for name, ranking in one.rankings.items():
            width = 2.5 if name == one.learner else 1.0
            axes.plot(ranking.curve.share, ranking.curve.gained, linewidth=width, label=f"{name}-learner")
        axes.plot([0, 1], [0, one.ranking.curve.gained[-1]], "k--", linewidth=1, label="by lot")
        axes.set_title(
            f"{kind}: Qini {one.ranking.qini.found:.4f}\n[{one.ranking.qini.low:.4f}, {one.ranking.qini.high:.4f}]"
        )
        axes.set_xlabel("share contacted, best first")
        axes.legend(fontsize=8)
    each[0].set_ylabel("orders gained per contact")
    return figure


def deciles(learnt: Mapping[str, Learnt]) -> Figure:
    """Per kind the uplift measured in each tenth of customers, with its 95 % interval, and the one predicted."""
    figure, each = _row(len(learnt))
    places = np.arange(1, 11)
    for axes, (kind, one) in zip(each, learnt.items(), strict=True):
        found = np.array([tenth.found for tenth in one.ranking.deciles])
        below = found - [tenth.low for tenth in one.ranking.deciles]
        above = np.array([tenth.high for tenth in one.ranking.deciles]) - found
        axes.errorbar(places, found, np.maximum([below, above], 0), fmt="o", label="measured")
        axes.plot(places, one.ranking.predicted, "_", markersize=14, label="predicted")
        axes.axhline(0, color="black", linewidth=0.8)
        axes.set_title(f"{kind}: {one.learner}-learner")
        axes.set_xlabel("tenth, highest uplift first")
        axes.legend(fontsize=8)
    each[0].set_ylabel("orders more per contact")
    return figure


def _row(count: int) -> tuple[Figure, list[Axes]]:
    figure = Figure(figsize=(4.6 * max(count, 1), 4.2), layout="constrained")
    return figure, [figure.add_subplot(1, max(count, 1), place + 1) for place in range(max(count, 1))]
