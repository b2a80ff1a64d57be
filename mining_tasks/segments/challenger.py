"""Make tonight's challenger: fit, compare, and give every segment the identity it had."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from mining_tasks.segments import choose, hierarchy, identity, model
from mining_tasks.segments.features import FEATURES, matrix, money_scale
from mining_tasks.segments.model import Segmentation

DIGITS = 6


@dataclass(frozen=True)
class Buyers:
    """The buyers of a night with their features, sorted by what they did."""

    rows: pa.Table
    numbers: np.ndarray
    scale: Mapping[str, float]
    night: date


def buyers(table: pa.Table, night: date, scale: Mapping[str, float] | None = None) -> Buyers:
    """The buyers among the rows of `features.sql`; a currency that `scale` lacks is measured by tonight's median."""
    rows = table.filter(table["is_buyer"])
    measured = money_scale(table) | dict(scale or {})
    numbers = matrix(rows, measured)
    # By behaviour, not by id: ids hang on the home's key, and another key must not draw other bootstrap samples.
    order = np.lexsort(numbers.T[::-1])
    return Buyers(rows.take(order), numbers[order], measured, night)


@threadpool_limits.wrap(limits=1)
def made(found: Buyers, champion: Mapping[str, Any] | None, asked: choose.Asked = choose.STANDARD) -> Segmentation:
    """Fit a challenger of as many segments as are steady enough.

    champion: the card of the present model, whose centres are the start and whose number of segments is kept while
    so many are stable. One thread: sums over several depend on who comes first, and busy cores make them wait.
    """
    points = Pipeline(model.scaling()).fit_transform(found.numbers)
    curve = choose.curve(points, asked.most)
    kept = _kept(curve, champion, asked)
    best = kept or choose.chosen(curve, asked)
    fitted = model.fitted(found.numbers, best.k, centres_of(champion) if champion and kept else None)
    labels = fitted.predict(found.numbers)
    tree = hierarchy.compared(points, labels, best.k)
    segments = _segments(found, fitted, labels, champion)
    for cluster, segment in enumerate(segments):
        segment["branch"] = tree.branches[cluster]
    figures = {"ward_ari": round(tree.agreement, DIGITS), **_figures(points, labels, best)}
    card = _card(found, fitted, segments, figures) | {"curve": [one.facts() for one in curve], "asked": asdict(asked)}
    used = set(champion["used_ids"] if champion else ()) | {segment["id"] for segment in segments}
    return Segmentation(fitted, card | {"used_ids": sorted(used), "is_warm": kept is not None})


def centres_of(card: Mapping[str, Any]) -> np.ndarray:
    """The centres on a card, k × f in the features' own units: identity needs no model file."""
    return np.array([[segment["centre"][name] for name in FEATURES] for segment in card["segments"]])


def _kept(
    curve: list[choose.Stability], champion: Mapping[str, Any] | None, asked: choose.Asked
) -> choose.Stability | None:
    """The champion's own k if it still holds: its segments then only move, none is born or dies."""
    held = [one for one in curve if champion and one.k == champion["k"] and one.holds(asked)]
    return held[0] if held else None


def _segments(
    found: Buyers, fitted: Pipeline, labels: np.ndarray, champion: Mapping[str, Any] | None
) -> list[dict[str, Any]]:
    """Identity, birth and centre of each cluster, in the order of cluster numbers."""
    middle = model.centres(fitted)
    before = _continued(fitted, middle, champion)
    used = champion["used_ids"] if champion else []
    born = iter(identity.fresh_ids(used, len(middle) - len(before)))
    names = {segment["name"] for segment in before.values()}
    segments = []
    # The youngest ids go to the segments that spend most, so that a first model reads from the top.
    for cluster in sorted(range(len(middle)), key=lambda c: -middle[c][FEATURES.index("sales_index")]):
        facts = _described(found, labels, cluster, middle[cluster])
        if cluster in before:
            facts |= {key: before[cluster][key] for key in ("id", "name", "born")}
        else:
            scores = identity.profile(found.rows, labels, cluster)
            name = identity.named(scores, _about(middle[cluster]), names)
            facts |= {"id": next(born), "name": name, "born": found.night.isoformat()}
            names.add(name)
        segments.append((cluster, facts))
    return [facts for _, facts in sorted(segments, key=lambda pair: pair[0])]


def _about(middle: np.ndarray) -> str:
    """What tells a segment from one of the same name."""
    orders = round(float(middle[FEATURES.index("orders_count")]))
    return f"about {orders} order" if orders == 1 else f"about {orders} orders"


def _continued(fitted: Pipeline, middle: np.ndarray, champion: Mapping[str, Any] | None) -> dict[int, dict[str, Any]]:
    """The champion's segment that each new cluster continues."""
    if champion is None:
        return {}
    old = fitted[:-1].transform(centres_of(champion))
    pairs = identity.matched(old, fitted[:-1].transform(middle))
    return {cluster: champion["segments"][before] for cluster, before in pairs.items()}


def _described(found: Buyers, labels: np.ndarray, cluster: int, middle: np.ndarray) -> dict[str, Any]:
    share = float((labels == cluster).mean()) if len(labels) else 0.0
    return {
        "share": round(share, DIGITS),
        "centre": {name: round(float(value), DIGITS) for name, value in zip(FEATURES, middle, strict=True)},
    }


def _figures(points: np.ndarray, labels: np.ndarray, best: choose.Stability) -> dict[str, float]:
    """What the judge asks of the challenger itself; the figures of the full fit where there are such."""
    separation = choose.separation(points, labels)
    return {
        "stability_ari_mean": round(best.ari_mean, DIGITS),
        "stability_ari_min": round(best.ari_min, DIGITS),
        "separation_silhouette": round(separation, DIGITS),
        "smallest_share": round(choose.smallest(labels, best.k), DIGITS),
    }


def _card(
    found: Buyers, fitted: Pipeline, segments: list[dict[str, Any]], figures: Mapping[str, float]
) -> dict[str, Any]:
    night = found.night.isoformat()
    return {
        "name": f"k-means {night} {model.digest(fitted)}",
        "night": night,
        "k": len(segments),
        "features": list(FEATURES),
        "scale": dict(found.scale),
        "segments": segments,
        "figures": dict(figures),
        "seed": model.SEED,
    }
