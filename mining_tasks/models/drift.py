"""Features and scores of a family tonight against the night that promoted its model, as rows of both tables."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expectations.words import Table
from mining_tasks.experiments import drift
from mining_tasks.experiments.drift import Histogram, Numbers
from mining_tasks.warehouse.shelf import Partition

NO_MODEL = "none"
Key = tuple[str, str]  # `feature` or `score`, and the column


@dataclass(frozen=True)
class Family:
    """What drift is told about: a family, its champion, the columns that the champion's card names, and its scores."""

    name: str
    model: str
    inputs: frozenset[str] | None
    scores: tuple[Partition, ...]


@dataclass(frozen=True)
class Born:
    """A column as it lay on the night that promoted the model."""

    model: str
    since: date
    shape: Histogram


def features(table: Table) -> tuple[str, ...]:
    """Columns that are numbers."""
    return tuple(column.name for column in table.columns if column.type in (int, float, bool, Decimal))


def scores(table: Table) -> tuple[str, ...]:
    """Columns that foretell."""
    return tuple(said.column for said in table.predictions)


def numbers(part: Partition, column: str) -> Numbers:
    """A column's values, NaN where missing."""
    found = part.arrow([column])[column]
    return np.array(pc.fill_null(pc.cast(found, pa.float64()), np.nan).to_numpy(), np.float64)


def read_back(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[Key, Born]]:
    """Rows of core_models__histograms, sorted by key, by family and column."""
    found: dict[str, dict[Key, list[Mapping[str, Any]]]] = {}
    for row in rows:
        found.setdefault(row["family"], {}).setdefault((row["subject_code"], row["name"]), []).append(row)
    return {family: {key: _born(bins) for key, bins in keys.items()} for family, keys in found.items()}


def _born(bins: Sequence[Mapping[str, Any]]) -> Born:
    ordered = sorted(bins, key=lambda row: row["bin"])
    cuts = tuple(row["upper"] for row in ordered if row["upper"] is not None)
    return Born(
        ordered[0]["model"],
        ordered[0]["since_night"],
        Histogram(cuts, tuple(row["rows_count"] for row in ordered)),
    )


def remembered(
    families: Sequence[Family], facts: Partition, before: Mapping[str, Mapping[Key, Born]], night: date
) -> Iterator[dict[str, Any]]:
    """Rows of core_models__histograms: as before, and of tonight for a new champion or a new column.

    facts: the night's features. before: what was remembered until then.
    """
    for subject, column, part, mine in _columns(families, facts):
        tonight: Histogram | None = None  # read only if somebody needs it
        for family in mine:
            born = before.get(family.name, {}).get((subject, column))
            if born is None or born.model != family.model:
                tonight = tonight or drift.histogram(numbers(part, column))
                born = Born(family.model, night, tonight)
            yield from _bins(family.name, subject, column, born)


def _bins(family: str, subject: str, name: str, born: Born) -> Iterator[dict[str, Any]]:
    for number, count in enumerate(born.shape.counts):
        upper = born.shape.cuts[number - 1] if 0 < number <= len(born.shape.cuts) else None
        named = {"family": family, "subject_code": subject, "name": name, "bin": number, "upper": upper}
        yield {**named, "rows_count": count, "model": born.model, "since_night": born.since}


def told(
    families: Sequence[Family], facts: Partition, born: Mapping[str, Mapping[Key, Born]]
) -> Iterator[dict[str, Any]]:
    """Rows of pub_models__drift: tonight against what is remembered."""
    for subject, column, part, mine in _columns(families, facts):
        values = numbers(part, column)
        for family in mine:
            then = born[family.name][(subject, column)]
            now = drift.histogram(values, then.shape.cuts)
            yield _row(family, subject, column, then) | _distance(then.shape, now)


def _row(family: Family, subject: str, name: str, then: Born) -> dict[str, Any]:
    looks_at = None if subject == "score" or family.inputs is None else name in family.inputs
    named = {"family": family.name, "subject_code": subject, "name": name, "is_input": looks_at}
    return named | {"model": then.model, "since_night": then.since}


def _distance(then: Histogram, now: Histogram) -> dict[str, Any]:
    index, distance = round(drift.psi(then, now), 6), round(drift.ks(then, now), 6)
    return {
        "psi": index,
        "ks": distance,
        "missing_share": now.missing_share,
        "missing_then_share": then.missing_share,
        "rows_count": now.rows,
        "drift_code": drift.code(index, distance),
    }


def _columns(families: Sequence[Family], facts: Partition) -> Iterator[tuple[str, str, Partition, Sequence[Family]]]:
    """Each column once, with the families that look at it: one is held in memory at a time."""
    for column in features(facts.table):
        yield "feature", column, facts, families
    for family in families:
        for part in family.scores:
            yield from (("score", column, part, [family]) for column in scores(part.table))
