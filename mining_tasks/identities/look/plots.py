"""Plots of a night: how many accounts customers have, and what each threshold would have joined."""

import numpy as np
import pyarrow as pa
from matplotlib.figure import Figure

BLUE, RED, INK = "#2166ac", "#d6604d", "#1a1a1a"
MOST_SHOWN = 12  # accounts of one customer, before all larger ones share a bar


def sizes(told: pa.Table) -> Figure:
    """Customers by the number of their accounts; `told`: accounts_count and customers."""
    counts = {row["accounts_count"]: row["customers"] for row in told.to_pylist()}
    shown = {str(size): counts.get(size, 0) for size in range(1, min(max(counts, default=1), MOST_SHOWN) + 1)}
    if more := sum(customers for size, customers in counts.items() if size > MOST_SHOWN):
        shown["more"] = more
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    bars = axes.bar(range(len(shown)), list(shown.values()), color=BLUE)
    axes.bar_label(bars, [f"{count:,}" if count else "" for count in shown.values()], fontsize=9)
    axes.set_xticks(range(len(shown)), list(shown))
    axes.set_yscale("symlog")
    axes.set_ylim(0, 3 * max([1, *shown.values()]))
    axes.set_xlabel("accounts of one customer, guests too")
    axes.set_ylabel("customers")
    axes.set_title("How many accounts customers have")
    return figure


def curve(told: pa.Table) -> Figure:
    """Estimated precision and pairs joined by threshold, with the one in force; `told`: core_identities__curve."""
    bits, pairs = told["threshold_weight"].to_numpy(), told["pairs_joined"].to_numpy()
    wrong = 1 - np.array([1.0 if one is None else one for one in told["estimated_precision"].to_pylist()])
    figure = Figure(figsize=(7.5, 4.5), layout="constrained")
    axes = figure.subplots()
    axes.plot(bits, 100 * wrong, color=RED)
    axes.set_ylabel("of these wrong, by estimate (%)", color=RED)
    axes.set_ylim(bottom=0)
    axes.set_xlabel("bits of evidence that a pair by likeness needs")
    beside = axes.twinx()
    beside.plot(bits, pairs, color=BLUE, linestyle="--")
    beside.set_ylabel("pairs joined", color=BLUE)
    beside.set_ylim(bottom=0)
    beside.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    for place in np.flatnonzero(told["is_chosen"].to_numpy(zero_copy_only=False)):
        axes.axvline(bits[place], color=INK, linestyle=":", linewidth=1.2)
        told = f"in force: {bits[place]:.2f} bits, {pairs[place]:,} pairs, {100 * wrong[place]:.3f} % wrong by estimate"
        axes.set_title(f"What each threshold would join, and how much of it is wrong\n{told}", fontsize=11)
    return figure
