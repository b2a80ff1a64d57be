"""Files dropped in a folder as a silo: JSON lines or CSV, plain or gzip, one or more for each night.

A file that was cut is refused whole. What a file tells of the morning after its night is left to the next night, which
reads the file again. The same rows in a second file, under whatever name, change nothing: each key keeps its newest
version when the landing is received.
"""

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

from mining_tasks.sources.csv_text import rows as csv_rows
from mining_tasks.sources.faults import Refused, SilentSource, Unfinished
from mining_tasks.sources.file_lines import lines
from mining_tasks.sources.json_lines import rows as json_rows
from mining_tasks.sources.parsed import Parsed
from mining_tasks.sources.records import Records
from mining_tasks.sources.settings import Mapped, Silo
from mining_tasks.sources.window import Window
from mining_tasks.warehouse.judging import FUTURE
from mining_tasks.warehouse.landing import Landing

BATCH_ROWS = 5_000
PARTS = {"{night}": r"(\d{4}-\d{2}-\d{2})", "*": "[^/]*"}
log = logging.getLogger("goldseam.sources")


def extract(silo: Silo, windows: Mapping[str, Window]) -> list[str]:
    """Land every mapped table's files of the window; returns the landings' addresses.

    Raises `SilentSource` if the night's own file is not there, `Unfinished` for a cut file, `Refused` or `Drifted`
    for one that is not what it should be; no landing of a failed table is readable.
    """
    return [_land(silo, mapped, windows[mapped.table.name]) for mapped in silo.tables]


def found(silo: Silo, mapped: Mapped) -> dict[date, list[Path]]:
    """The files of a table in the silo's folder by the night in their names, both in order."""
    folder = silo.folder
    if folder is None or not folder.is_dir():
        raise SilentSource(f"{silo.name}: the folder for dropped files is not there")
    pattern = re.compile(
        "".join(PARTS.get(part, re.escape(part)) for part in re.split(r"(\{night\}|\*)", mapped.origin))
    )
    nights: dict[date, list[Path]] = {}
    for path in sorted(folder.iterdir()):
        if match := pattern.fullmatch(path.name):
            nights.setdefault(_night(silo, match.group(1)), []).append(_inside(silo, folder, path))
    return dict(sorted(nights.items()))


def rows(path: Path, mapped: Mapped) -> Iterator[Parsed]:
    """Each row of a file; raises `Unfinished` at its end if it was cut or differs from its `.count` neighbour."""
    read = csv_rows(lines(path), mapped) if ".csv" in path.name else json_rows(lines(path))
    counted = 0
    for row in read:
        counted += not row.is_blank
        yield row
    promised = _promised(path)
    if promised is not None and promised != counted:
        raise Unfinished(f"{path.name} holds {counted:,} rows, its .count says {promised:,}")


def _land(silo: Silo, mapped: Mapped, window: Window) -> str:
    nights = found(silo, mapped)
    if window.night not in nights:
        raise SilentSource(f"{silo.name}: no file {mapped.origin} for {window.night} has come")
    first = nights.keys() if window.first_day is None else [window.first_day - timedelta(1)]  # for its morning after
    morning_after = replace(window, start=window.end, end=window.end + FUTURE)  # what is later still is set aside
    with Landing(mapped.table, window.night) as landing:
        records = Records(mapped, landing, lambda changed: not morning_after.holds(changed))
        for path in [path for night in nights if min(first) <= night <= window.night for path in nights[night]]:
            _add(records, path, mapped)
        records.close()
    log.info("%s: %s landed, %d rows", silo.name, mapped.table.name, landing.rows)
    return landing.address


def _add(records: Records, path: Path, mapped: Mapped) -> None:
    read = rows(path, mapped)
    while batch := list(islice(read, BATCH_ROWS)):
        good = [row for row in batch if not row.reason]
        records.add([row.record for row in good], [f"{path.name}, line {row.line}" for row in good])
        for row in batch:
            if row.reason:
                records.fault(row.raw, f"{path.name}, line {row.line}", row.reason)


def _promised(path: Path) -> int | None:
    neighbour = path.with_name(path.name + ".count")
    if not neighbour.exists():
        return None
    said = neighbour.read_text(encoding="utf-8", errors="replace").strip()
    if not said.isdecimal():
        raise Unfinished(f"{neighbour.name} holds no number of rows")
    return int(said)


def _night(silo: Silo, said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise Refused(f"{silo.name}: {said} in the name of a dropped file is no day") from None


def _inside(silo: Silo, folder: Path, path: Path) -> Path:
    if not path.resolve().is_relative_to(folder) or not path.is_file():
        raise Refused(f"{silo.name}: {path.name} is no plain file in the folder")
    return path
