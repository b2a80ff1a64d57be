"""Is there enough to learn a yes-or-no from? What is missing, what was left out, and from when it will be enough."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

import numpy as np
import numpy.typing as npt

EVENTS = 100  # of either outcome: Collins, Ogundimu, Altman, Statistics in Medicine 35 (2016)
ROWS = 400
ONE_CUSTOMER_MOST = 0.2  # of all rows; one who is more teaches herself, not customers
LATEST = 3_650  # days; an estimate beyond ten years says nothing


@dataclass(frozen=True)
class Examples:
    """What learners learn from: one row per customer and cut-off date, rows in a fixed order.

    numbers: n × p floats, NaN where missing. names: p. label: n, 0 or 1. customer: n whole numbers, equal for rows of
    one person; without it every row is a person of her own.
    """

    numbers: npt.NDArray[np.float64]
    names: tuple[str, ...]
    label: npt.NDArray[np.float64]
    customer: npt.NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        shape = (len(self.label), len(self.names))
        if self.numbers.shape != shape:
            raise ValueError(f"the matrix is {self.numbers.shape}, labels and names ask for {shape}")

    @property
    def people(self) -> npt.NDArray[np.int64]:
        return np.arange(len(self.label)) if self.customer is None else self.customer

    def of(self, rows: npt.NDArray) -> "Examples":
        """Some of the rows, by mask or by number."""
        return Examples(self.numbers[rows], self.names, self.label[rows], self.people[rows])


@dataclass(frozen=True)
class Sufficiency:
    """The report: rows, rows of each outcome, columns that can teach, and in sentences what is left out or missing."""

    rows: int
    positives: int
    negatives: int
    usable: tuple[str, ...]
    noted: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not self.missing

    def figures(self) -> dict[str, float]:
        counts = {"rows_count": self.rows, "positives_count": self.positives, "negatives_count": self.negatives}
        return {name: float(value) for name, value in (counts | {"columns_count": len(self.usable)}).items()}


def enough(examples: Examples, night: date | None = None, days: int = 0) -> Sufficiency:
    """Report on examples; never raises for too few, constant, empty, infinite or one-sided data.

    night, days: when it is, and in how many days these examples came together; then the report also estimates when
    there will be enough.
    """
    label = examples.label
    unknown = int((~np.isin(label, (0.0, 1.0))).sum())
    positives, negatives = int((label == 1).sum()), int((label == 0).sum())
    counts = {"examples": (len(label), ROWS), "positive outcomes": (positives, EVENTS)}
    counts |= {"negative outcomes": (negatives, EVENTS)}
    missing = [_lack(what, have, need, night, days) for what, (have, need) in counts.items() if have < need]
    missing += [f"{unknown:,} outcomes are neither yes nor no"] if unknown else []
    missing += _one_customer(examples)
    usable, noted = _columns(examples)
    missing += [] if usable else ["no column differs between customers"]
    return Sufficiency(len(label), positives, negatives, usable, noted, tuple(missing))


def _lack(what: str, have: int, need: int, night: date | None, days: int) -> str:
    said = f"{have:,} {what}, {need:,} are needed"
    if night is None or not days:
        return said
    wait = ceil((need - have) * days / have) if have else LATEST + 1
    when = "no date can be told" if wait > LATEST else f"at this pace from about {night + timedelta(days=wait)}"
    return f"{said}; {when}"


def _one_customer(examples: Examples) -> list[str]:
    if not len(examples.label):
        return []
    most = int(np.unique(examples.people, return_counts=True)[1].max())
    share = most / len(examples.label)
    return [f"one customer has {share:.0%} of the examples"] if most > 1 and share > ONE_CUSTOMER_MOST else []


def _columns(examples: Examples) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of the columns that differ between rows, and sentences about the others."""
    usable: list[str] = []
    noted: list[str] = []
    for name, column in zip(examples.names, examples.numbers.T, strict=True):
        known = column[np.isfinite(column)]
        infinite = int(np.isinf(column).sum())
        noted += [f"{name}: {infinite:,} infinite values count as missing"] if infinite else []
        if not len(known):
            noted.append(f"{name} is empty and is left out")
        elif known.min() == known.max() and len(known) == len(column):
            noted.append(f"{name} is the same for everybody and is left out")
        else:
            usable.append(name)
    return tuple(usable), tuple(noted)


def kept(examples: Examples, names: Sequence[str]) -> Examples:
    """The examples with some of the columns, infinite values as missing."""
    places = [examples.names.index(name) for name in names]
    numbers = examples.numbers[:, places]
    return Examples(np.where(np.isfinite(numbers), numbers, np.nan), tuple(names), examples.label, examples.customer)
