"""Dirt in dropped files: bad rows as far as the table bears them, repeated and out-of-order ones, drift."""

from collections.abc import Sequence
from dataclasses import replace
from types import ModuleType

import numpy as np
import pyarrow as pa

from mining_tasks.demo.planted.dirt import campaign_contacts, reviews
from mining_tasks.demo.planted.dirt.dirty import LOADED, DirtyFile, DirtyLine, mixed, placed, told
from mining_tasks.demo.planted.world import World

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
ENOUGH = 100  # rows of a file below which no bad row is put into it: a table may be small, and 5 % would stop it
ROUNDS = 3  # times every kind of bad row at most; what comes a fourth time teaches nothing


def dirty_file(
    world: World, whose: DirtyFile, lines: Sequence[bytes], rng: np.random.Generator
) -> tuple[list[bytes], int, pa.Table]:
    """The file's lines with its dirt among them, how many of them are rows, and what the truth tells of the dirt."""
    dirty = _reviews(world, lines, rng) if whose.table == "reviews" else _contacts(world, lines, rng)
    mix, dirt = mixed(whose, lines, dirty, rng)
    return mix, sum(line.is_row for line in dirty) + len(lines), dirt


def _reviews(world: World, lines: Sequence[bytes], rng: np.random.Generator) -> list[DirtyLine]:
    rows = [reviews.split(line) for line in _some(lines, rng)]
    return _made(world, reviews, len(lines), rows, rng)


def _contacts(world: World, lines: Sequence[bytes], rng: np.random.Generator) -> list[DirtyLine]:
    return _made(world, campaign_contacts, len(lines), _some(lines, rng), rng)


def _some(lines: Sequence[bytes], rng: np.random.Generator) -> list[bytes]:
    """Lines to make dirty ones of, more than are needed."""
    return [lines[place] for place in rng.permutation(len(lines))[:1_000]]


def _made(
    world: World, making: ModuleType, count: int, rows: Sequence[object], rng: np.random.Generator
) -> list[DirtyLine]:
    """So many of each as their shares of the file allow, all from different rows."""
    said, kinds = world.settings["dirt"], list(making.kinds())
    bad = min(int(said["bad_lines_share"] * count), ROUNDS * len(kinds)) if count >= ENOUGH else 0
    strange, again, older = (
        min(int(said[name] * count), 100) for name in ("strange_share", "repeated_share", "older_share")
    )
    first, left = int(rng.integers(len(kinds))), iter(rows)
    serial = int(rng.integers(2**40))  # ids of bad rows are their own, whichever file they stand in
    return [
        *(making.bad(next(left), serial + n, kinds[(first + n) % len(kinds)]) for n in range(bad)),
        *(making.strange_but_good(next(left), serial + bad + n) for n in range(strange)),
        *(making.repeated(next(left)) for _ in range(again)),
        *(making.older(next(left)) for _ in range(older)),
        *(making.contested(next(left)) for _ in range(older)),
    ]


def drifted(whose: DirtyFile, header: bytes, lines: Sequence[bytes]) -> tuple[bytes, list[bytes], pa.Table]:
    """The same rows as the system writes them after an update: a new first column, and the language renamed.

    Neither is mapped, so the file is taken; a column that is mapped must keep its name, or the source stops.
    """
    changed = b"channel," + header.replace(b"language", b"locale")
    dirt: list[dict[str, object]] = [
        {
            "source_code": whose.source_code,
            "table": whose.table,
            "position": whose.file,
            "key": None,
            "night": whose.night,
            "kind_code": "schema_drift",
            "expected_code": LOADED,
        }
    ]
    return changed, [_from_app(line) for line in lines], told(dirt)


def _from_app(line: bytes) -> bytes:
    """The line with the new first column; a byte order mark stays in front of it, a blank line blank."""
    rest = line.removeprefix(BYTE_ORDER_MARK)
    mark = line[: len(line) - len(rest)]
    return mark + b"app," + rest if rest else line


def again(whose: DirtyFile, lines: Sequence[bytes]) -> pa.Table:
    """What the truth tells of a second file with the very same good rows."""
    made = reviews if whose.table == "reviews" else campaign_contacts
    rows = [reviews.split(line) for line in lines] if whose.table == "reviews" else lines
    repeated = [replace(made.repeated(row), kind_code="file_twice") for row in rows]
    return placed(whose, repeated)
