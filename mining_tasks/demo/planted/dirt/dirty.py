"""A dirty row, as the truth tells of it, and dirty lines mixed into the lines of a dropped file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

QUARANTINED, DUPLICATE, LOADED, WITHOUT_CURRENCY = "quarantined", "duplicate", "loaded", "loaded_without_currency"
SCHEMA = pa.schema(
    [
        ("source_code", pa.string()),
        ("table", pa.string()),  # the things of our contract: orders, reviews …
        ("position", pa.string()),  # `FILE, line N` as the quarantine says it; missing for rows of a database
        ("key", pa.string()),  # the row's key at its source, columns joined by `-`; missing if nobody can read it
        ("night", pa.date32()),  # the business day with which it comes
        ("kind_code", pa.string()),
        ("expected_code", pa.string()),
    ]
)


@dataclass(frozen=True)
class DirtyLine:
    """A line to be put among the good ones; `is_row` is false for what no count of rows includes."""

    kind_code: str
    expected_code: str
    text: bytes
    key: str | None = None
    is_row: bool = True


@dataclass(frozen=True)
class DirtyFile:
    """Whose lines they are: a table of a source, the file's name and night, how many lines stand before its rows."""

    source_code: str
    table: str
    file: str
    night: date
    header_lines: int


def told(rows: Iterable[dict[str, object]]) -> pa.Table:
    """Dirty rows as the truth keeps them."""
    return pa.Table.from_pylist(list(rows), SCHEMA)


def mixed(
    whose: DirtyFile, lines: Sequence[bytes], dirty: Sequence[DirtyLine], rng: np.random.Generator
) -> tuple[list[bytes], pa.Table]:
    """The good lines in their order with the dirty ones anywhere between them, and what the truth says of these."""
    places = np.sort(rng.integers(0, len(lines) + 1, len(dirty)))
    mix: list[bytes] = []
    found: list[tuple[int, DirtyLine]] = []
    taken = 0
    for place, line in zip(places, dirty, strict=True):
        mix += lines[taken:place]
        taken = int(place)
        found.append((len(mix), line))
        mix.append(line.text)
    mix += lines[taken:]
    starts = np.cumsum([whose.header_lines + 1, *(line.count(b"\n") + 1 for line in mix)])
    return mix, told(_told(whose, line, int(starts[index])) for index, line in found)


def placed(whose: DirtyFile, dirty: Sequence[DirtyLine]) -> pa.Table:
    """What the truth says of a file that holds these lines alone."""
    starts = np.cumsum([whose.header_lines + 1, *(line.text.count(b"\n") + 1 for line in dirty)])
    return told(_told(whose, line, int(start)) for line, start in zip(dirty, starts[:-1], strict=True))


def _told(whose: DirtyFile, line: DirtyLine, number: int) -> dict[str, object]:
    return {
        "source_code": whose.source_code,
        "table": whose.table,
        "position": f"{whose.file}, line {number}",
        "key": line.key,
        "night": whose.night,
        "kind_code": line.kind_code,
        "expected_code": line.expected_code,
    }
