"""Do tonight's features still look like those a model was taught on? First level: said; second: scores are withheld."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mining_tasks.experiments.layout import Layout, Numbers

SHIFT = (0.5, 1.5)  # of the mean, in deviations of the training rows
NEW = (0.05, 0.25)  # share of rows with a category never taught
GAPS = (0.1, 0.3)  # change of the share of missing values
UNIT = 10.0  # a median so many times another, or as small: cents for euros, grams for kilograms
ROWS = 30  # fewer say nothing of a distribution


@dataclass(frozen=True)
class Usual:
    """A column as it was taught: share of gaps (of a category: of values never taught); of numbers also the rest."""

    name: str
    gaps: float
    mean: float = 0.0
    deviation: float = 0.0
    median: float = 0.0


@dataclass(frozen=True)
class Strange:
    """Sentences of the first level, and of the second, at which no score may be published unflagged."""

    warned: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()


def usual(taught: Layout, table: pa.Table) -> tuple[Usual, ...]:
    """How the columns look, one each; raises `WrongColumns` as the layout does."""
    matrix, sources = taught.matrix(table), np.array(taught.sources)
    found = []
    for column in taught.columns:
        if column.values is None:
            found.append(_of_numbers(column.name, matrix[:, int(np.argmax(sources == column.name))]))
        else:
            unknown = pc.invert(
                pc.is_in(pc.cast(table[column.name], pa.string()), pa.array(column.values, pa.string()))
            )
            found.append(Usual(column.name, float(pc.mean(unknown).as_py() or 0.0)))
    return tuple(found)


def strange(before: tuple[Usual, ...], taught: Layout, table: pa.Table) -> Strange:
    """Compare tonight's rows with how the columns looked in training; below 30 rows nothing is said."""
    if table.num_rows < ROWS:
        return Strange()
    is_number = {column.name: column.values is None for column in taught.columns}
    levels: tuple[list[str], list[str]] = ([], [])
    for old, new in zip(before, usual(taught, table), strict=True):
        for level, said in _numbers(old, new) if is_number[old.name] else _kinds(old, new):
            levels[level].append(said)
    return Strange(tuple(levels[0]), tuple(levels[1]))


def _of_numbers(name: str, values: Numbers) -> Usual:
    known = values[np.isfinite(values)]
    gaps = 1 - len(known) / max(len(values), 1)
    if not len(known):
        return Usual(name, gaps)
    return Usual(name, gaps, float(known.mean()), float(known.std()), float(np.median(known)))


def _numbers(old: Usual, new: Usual) -> list[tuple[int, str]]:
    said = []
    shift = abs(new.mean - old.mean) / old.deviation if old.deviation > 0 else float(new.mean != old.mean) * SHIFT[1]
    if new.gaps < 1 and shift >= SHIFT[0]:
        said.append((int(shift >= SHIFT[1]), f"the mean of {old.name} moved by {shift:.1f} deviations"))
    ratio = new.median / old.median if old.median > 0 and new.median > 0 else 1.0
    if not 1 / UNIT < ratio < UNIT:
        said.append((1, f"{old.name} is typically {ratio:.3g} times what it was: another unit?"))
    change = abs(new.gaps - old.gaps)
    if change >= GAPS[0]:
        said.append((int(change >= GAPS[1]), f"{old.name} is missing for {new.gaps:.0%}, was for {old.gaps:.0%}"))
    return said


def _kinds(old: Usual, new: Usual) -> list[tuple[int, str]]:
    grown = new.gaps - old.gaps
    if grown < NEW[0]:
        return []
    return [(int(grown >= NEW[1]), f"{new.gaps:.0%} of {old.name} are values never taught, were {old.gaps:.0%}")]
