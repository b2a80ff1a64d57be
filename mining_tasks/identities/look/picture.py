"""Picture: the waterfall of a pair, from the odds before any comparison to those of one person. Weights alone."""

from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mining_tasks.identities.look.weights import probability, sums, words

FOR, AGAINST, BEFORE, AFTER = "#2166ac", "#d6604d", "#8c8c8c", "#1a1a1a"  # told apart by the colour-blind too
PROBABILITIES = (1e-6, 1e-3, 0.1, 0.5, 0.9, 0.999, 1 - 1e-6)
ROW_INCHES, LEAST_INCHES = 0.34, 1.9
ROOM = 0.14  # of the width, left and right, for the numbers at the bars
THIN = 0.005  # bits that no bar can show: missing facts add nothing


def waterfall(added: Mapping[str, float], title: str, threshold: float | None = None) -> Figure:
    """Bits by comparison (`weights.weights`), the prior first, as bars that go on where the one before ended.

    `threshold`: the bits that a pair by likeness needs, as a line.
    """
    told = {name: bits for name, bits in added.items() if name == "prior" or abs(bits) > THIN}
    ends = sums(told)
    figure = Figure(figsize=(8.5, ROW_INCHES * (len(told) + 1) + LEAST_INCHES), layout="constrained")
    axes = figure.subplots()
    for place, (name, end) in enumerate(zip(told, ends, strict=True)):
        _bar(axes, place, (end - told[name], end), BEFORE if name == "prior" else FOR if told[name] > 0 else AGAINST)
    total = sum(added.values())
    _bar(axes, len(told), (0.0, total), AFTER)
    axes.set_yticks(range(len(told) + 1), [*map(words, told), "together"])
    axes.invert_yaxis()
    if threshold is not None:
        axes.axvline(threshold, color=AFTER, linestyle="--", linewidth=1, label=f"needed: {threshold:.1f} bits")
        figure.legend(loc="outside lower right", fontsize=9, frameon=False)
    _scales(axes, [0.0, total, *ends, *([] if threshold is None else [threshold])])
    axes.set_title(f"{title}\none person with a probability of {shown(total)}", fontsize=11)
    return figure


def shown(bits: float) -> str:
    """A probability as people read it; never a certainty."""
    found = probability(bits)
    if found > 0.99999:
        return "more than 99.999 %"
    return "less than 0.001 %" if found < 0.00001 else f"{found:.3%}".replace("%", " %")


def _bar(axes: Axes, place: int, ends: tuple[float, float], colour: str) -> None:
    start, end = ends
    axes.barh(place, end - start, left=start, color=colour, height=0.68)
    to_right = end >= start
    axes.annotate(
        f"{end - start:+.1f}",
        (end, place),
        xytext=(4 if to_right else -4, 0),
        textcoords="offset points",
        ha="left" if to_right else "right",
        va="center",
        fontsize=9,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1},
    )


def _scales(axes: Axes, seen: list[float]) -> None:
    """Bits below, the probabilities that they mean above."""
    from math import log2

    room = ROOM * (max(seen) - min(seen) or 1.0)
    axes.set_xlim(min(seen) - room, max(seen) + room)
    axes.axvline(0, color=BEFORE, linewidth=0.8)
    axes.set_xlabel("bits of evidence for one person (log2 of the odds)")
    above = axes.secondary_xaxis("top")
    above.set_xticks(
        [log2(p / (1 - p)) for p in PROBABILITIES], ["1e-6", "0.1 %", "10 %", "", "90 %", "99.9 %", "1-1e-6"]
    )
    above.set_xlabel("probability of one person", fontsize=9)
    above.tick_params(labelsize=8)
    axes.spines["right"].set_visible(False)
