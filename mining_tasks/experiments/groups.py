"""Is any group of customers made worse beyond noise? Every large enough group is asked, and chance is allowed for."""

from collections.abc import Sequence
from math import erfc, isfinite, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mining_tasks.experiments.bootstrap import Draws
from mining_tasks.experiments.holdout import Contestant, Holdout, Kind, Limits
from mining_tasks.experiments.measures import Measured, measured

Row = dict[str, Any]


def grouped(holdout: Holdout, pair: Sequence[Contestant], by: Draws, limit: Limits) -> list[Row]:
    """One row per group: how the second of a pair does against the first (what serves now), and whether it is worse.

    Columns: grouping, group, rows, events, was, now (the measure, higher is better), gain, gain_low, gain_high, p_value
    of being worse, p_adjusted (Holm 1979, over all groups tested), is_tested, is_worse. Groups with too few rows, or
    rows of one outcome, are told but not tested.
    """
    rows = [row for name in sorted(holdout.groups) for row in _of_grouping(holdout, name, pair, limit.measure, by)]
    tested = [row for row in rows if _is_large(row, limit) and isfinite(row["p_value"])]
    adjusted = holm([row["p_value"] for row in tested])
    for row, adjusted_p in zip(tested, adjusted, strict=True):
        row |= {"is_tested": True, "p_adjusted": adjusted_p, "is_worse": adjusted_p <= limit.group_significance}
    return rows


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values, such that the chance of one false alarm among all stays below the limit asked of each."""
    order = np.argsort(p_values)
    found = np.empty(len(order))
    most = 0.0
    for rank, place in enumerate(order):
        most = max(most, min(1.0, p_values[place] * (len(order) - rank)))
        found[place] = most
    return [float(value) for value in found]


def _of_grouping(holdout: Holdout, name: str, pair: Sequence[Contestant], kind: Kind, by: Draws) -> list[Row]:
    names, cell = _cells(holdout.groups[name])
    if not names:
        return []
    was, now = measured(kind, holdout.label, [each.scored for each in pair], by, cell)
    gain = now.above(was)
    counts = np.bincount(cell[cell >= 0], minlength=len(names))
    events = np.bincount(cell[cell >= 0], holdout.label[cell >= 0] > 0, len(names))
    rows = []
    for place, group in enumerate(names):
        facts = {"grouping": name, "group": group, "rows": int(counts[place]), "events": int(events[place])}
        rows.append(facts | _told(was, now, gain, place))
    return rows


def _told(was: Measured, now: Measured, gain: Measured, place: int) -> Row:
    low, high = gain.interval(place)
    by, error = float(gain.point[place]), gain.error(place)
    return {
        **{"was": float(was.point[place]), "now": float(now.point[place])},
        **{"gain": by, "gain_low": low, "gain_high": high, "p_value": _p_of_harm(by, error)},
        **{"p_adjusted": None, "is_tested": False, "is_worse": False},
    }


def _p_of_harm(gain: float, error: float) -> float:
    """How likely so bad a gain would be if the group had lost nothing."""
    if not isfinite(gain) or not isfinite(error):
        return float("nan")
    if error == 0:
        return 1.0 if gain >= 0 else 0.0
    return 0.5 * erfc(-gain / error / sqrt(2))


def _is_large(row: Row, limit: Limits) -> bool:
    others = row["rows"] - row["events"] if limit.measure == "label" else row["rows"]
    return bool(row["rows"] >= limit.group_rows_least and min(row["events"], others) >= limit.group_events_least)


def _cells(values: Sequence[object] | npt.NDArray) -> tuple[list[str], npt.NDArray[np.int64]]:
    """The groups by name, and the place of each row's; -1 where it has none."""
    texts = pc.cast(pa.array(values), pa.string()) if len(values) else pa.array([], pa.string())
    found = pc.dictionary_encode(pc.if_else(pc.equal(texts, ""), None, texts))
    names = np.asarray(found.dictionary.to_pylist(), dtype=object)
    order = np.argsort(names)
    place = np.append(np.argsort(order), -1)[pc.fill_null(found.indices, -1).to_numpy()]
    return names[order].tolist(), np.asarray(place, np.int64)
