"""Too good to be true: columns that know the answer, scores above what the task can give, features made too late."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from sklearn.tree import DecisionTreeClassifier

from mining_tasks.experiments.calibration import auc
from mining_tasks.experiments.sufficiency import Examples

ALONE_MOST = 0.95  # AUC of one column; recency alone reaches 0.74 on Complete Journey, 0.63 on Online Retail
TOO_GOOD = 0.97  # AUC of a whole model, unless its task has a known ceiling of its own
ROWS_MOST = 20_000
TOLERANCE = 1e-9


def alone(examples: Examples, sources: Sequence[str] | None = None) -> dict[str, float]:
    """The AUC that each column reaches by itself, from 0.5 (knows nothing) to 1, on rows it was not fitted on.

    sources: for each column of the matrix the column of the table it came from, so that the places of one category
    are tried together. A small tree sees what ranks alone do not: a middle range, a telling value, a telling gap.
    """
    of = np.asarray(sources if sources is not None else examples.names, dtype=object)
    rows = _sample(len(examples.label))
    numbers, label = examples.numbers[rows], examples.label[rows]
    numbers = np.where(np.isfinite(numbers), numbers, np.nan)
    return {name: _both_ways(numbers[:, of == name], label) for name in dict.fromkeys(of.tolist())}


def alarms(found: dict[str, float], most: float = ALONE_MOST) -> tuple[str, ...]:
    """A sentence for each column that tells the answer nearly alone."""
    told = [(name, value) for name, value in found.items() if value >= most]
    return tuple(
        f"{name} alone tells the outcome with AUC {value:.3f} (alarm from {most:g}): a leak" for name, value in told
    )


def too_good(reached: float, most: float = TOO_GOOD) -> tuple[str, ...]:
    """A sentence if a model's AUC lies above what the task can give."""
    return (f"AUC {reached:.3f} is too good to be true (alarm above {most:g}): a leak",) if reached > most else ()


def looks_ahead(seen_then: pa.Table, made_now: pa.Table, key: str) -> tuple[str, ...]:
    """A sentence for each feature of a past date that differs when computed from what was known on that date alone.

    seen_then: features from rows up to the cut-off only. made_now: features for the same cut-off from all rows. Both
    with one row per `key`. Numbers may differ by 1e-9 of their size. Raises ValueError if they tell of other rows.
    """
    before, after = (table.sort_by(key).combine_chunks() for table in (seen_then, made_now))
    if not before[key].equals(after[key]):
        raise ValueError(f"the two tables hold other values of {key}")
    found = []
    for name in after.column_names:
        differing = _differing(before[name], after[name]) if name in before.column_names else after.num_rows
        if differing:
            found.append(f"{name} was computed after its cut-off: {differing:,} of {after.num_rows:,} rows differ")
    return tuple(found)


def _differing(before: pa.ChunkedArray, after: pa.ChunkedArray) -> int:
    if pa.types.is_floating(before.type) and pa.types.is_floating(after.type):
        old, new = before.to_numpy(), after.to_numpy()
        return int((~np.isclose(old, new, rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True)).sum())
    return sum(old != new for old, new in zip(before.to_pylist(), after.to_pylist(), strict=True))


def _both_ways(numbers: npt.NDArray[np.float64], label: npt.NDArray[np.float64]) -> float:
    """A tree of depth 3 fitted on either half of the rows, tried on the other; 0.5 where a half has one outcome."""
    half = np.arange(len(label)) % 2 == 0
    reached = []
    for learn in (half, ~half):
        if len(np.unique(label[learn])) < 2 or len(np.unique(label[~learn])) < 2:
            return 0.5
        tree = DecisionTreeClassifier(max_depth=3, min_samples_leaf=5, random_state=0)
        tree.fit(numbers[learn], label[learn])
        reached.append(auc(label[~learn], tree.predict_proba(numbers[~learn])[:, 1]))
    return max(0.5, float(np.mean(reached)))


def _sample(rows: int) -> npt.NDArray[np.int64]:
    if rows <= ROWS_MOST:
        return np.arange(rows)
    return np.sort(np.random.default_rng(rows).choice(rows, ROWS_MOST, replace=False))
