"""A few plots that a person can read: sizes, centres, a map, the choice of k, moves."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from mining_tasks.segments.choose import SEED
from mining_tasks.segments.features import WORDS
from mining_tasks.segments.model import Segmentation

DARK = 1.3  # deviations from which on a cell is too dark for black ink
POINTS_MOST = 1_500  # more points hide each other


def sizes(personas: Sequence[Mapping[str, Any]]) -> Figure:
    """Share of customers and of sales by segment, side by side."""
    figure, axes = _canvas(8, 0.5 * len(personas) + 1.5)
    places = np.arange(len(personas))
    axes.barh(places - 0.2, [row["customers_share"] for row in personas], 0.4, label="of customers")
    axes.barh(places + 0.2, [row["sales_share"] or 0 for row in personas], 0.4, label="of sales")
    axes.set_yticks(places, [f"{row['segment_id']} {row['segment_name']}" for row in personas])
    axes.invert_yaxis()
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    axes.set_title("How large the segments are, and what they bring")
    axes.legend()
    return figure


def centres(model: Segmentation) -> Figure:
    """Heat map of the standardised centres; the figures in the cells are in the features' own units."""
    middle = model.pipeline[-1].cluster_centers_
    order = np.argsort(model.ids.astype(str))
    segments = [model.card["segments"][place] for place in order]
    figure, axes = _canvas(8, 0.5 * len(segments) + 1.5)
    shown = axes.imshow(middle[order], cmap="RdBu_r", vmin=-2, vmax=2, aspect="auto")
    for y, segment in enumerate(segments):
        for x, value in enumerate(segment["centre"].values()):
            ink = "white" if abs(middle[order][y, x]) > DARK else "black"
            axes.text(x, y, f"{value:.3g}", ha="center", va="center", fontsize=9, color=ink)
    axes.set_xticks(range(len(WORDS)), [words.replace(" since", "\nsince") for words in WORDS.values()], fontsize=9)
    axes.set_yticks(range(len(segments)), [f"{s['id']} {s['name']}" for s in segments])
    axes.set_title("Centres, coloured by deviations from the mean")
    figure.colorbar(shown, ax=axes)
    return figure


def chart(model: Segmentation, numbers: np.ndarray) -> Figure:
    """The buyers on the two directions in which they differ most, coloured by segment (a seeded sample)."""
    from sklearn.decomposition import PCA

    rng = np.random.default_rng(SEED)
    rows = np.sort(rng.choice(len(numbers), min(len(numbers), POINTS_MOST), replace=False))
    pca = PCA(2, random_state=SEED).fit(points := model.pipeline[:-1].transform(numbers[rows]))
    labels, flat = model.assigned(numbers[rows])[0], pca.transform(points)
    figure, axes = _canvas(8, 6)
    for cluster in np.argsort(model.ids.astype(str)):
        mine = labels == cluster
        axes.scatter(*flat[mine].T, s=8, alpha=0.6, label=f"{model.ids[cluster]} {model.names[model.ids[cluster]]}")
    axes.set_xlabel(f"first direction, {pca.explained_variance_ratio_[0]:.0%} of the differences")
    axes.set_ylabel(f"second direction, {pca.explained_variance_ratio_[1]:.0%}")
    axes.set_title("Buyers and their segments")
    axes.legend(fontsize=8, loc="best")
    return figure


def choice(curve: Sequence[Mapping[str, float]], k: int, asked: Mapping[str, float]) -> Figure:
    """Agreement of bootstrap refits by k, with the limits, and the k that was taken."""
    figure, axes = _canvas(7, 4.5)
    ks = [int(one["k"]) for one in curve]
    axes.plot(ks, [one["ari_mean"] for one in curve], "o-", label="mean agreement (ARI)")
    axes.plot(ks, [one["ari_min"] for one in curve], "v--", label="lowest agreement")
    axes.plot(ks, [one["silhouette"] for one in curve], "s:", color="grey", label="silhouette")
    axes.axhline(asked["ari_mean"], color="C0", linewidth=0.6)
    axes.axhline(asked["ari_min"], color="C1", linewidth=0.6)
    axes.axvline(k, color="black", linewidth=0.6)
    axes.set_xlabel("number of segments")
    axes.set_title(
        f"Why {k} segments: the largest number that comes out again\n(a champion keeps its own while it does)"
    )
    axes.legend()
    return figure


def transitions(rows: Sequence[Mapping[str, Any]]) -> Figure:
    """Where the customers of each segment went since the last published night."""
    origins = sorted({row["from_segment_id"] for row in rows})
    targets = sorted({row["to_segment_id"] for row in rows})
    shares = np.zeros((len(origins), len(targets)))
    figure, axes = _canvas(1.1 * len(targets) + 2, 0.6 * len(origins) + 1.5)
    for row in rows:
        y, x = origins.index(row["from_segment_id"]), targets.index(row["to_segment_id"])
        shares[y, x] = row["from_share"]
        axes.text(x, y, f"{row['customers_count']:,}", ha="center", va="center", fontsize=9)
    axes.imshow(np.sqrt(shares), cmap="Blues", vmin=0, vmax=1.6, aspect="auto")
    axes.set_xticks(range(len(targets)), targets)
    axes.set_yticks(range(len(origins)), origins)
    axes.set_xlabel("tonight")
    axes.set_ylabel("last published night")
    axes.set_title("Customers who moved or stayed")
    return figure


def _canvas(width: float, height: float) -> tuple[Figure, Any]:
    """Figures without pyplot: nothing is kept open, no display is asked for."""
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots()
