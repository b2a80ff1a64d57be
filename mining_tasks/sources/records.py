"""JSON records on their way into a landing: fields picked by path, flawed records set aside with their position."""

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from mining_tasks.sources import json_text, names
from mining_tasks.sources.faults import Drifted
from mining_tasks.sources.settings import Mapped
from mining_tasks.warehouse.landing import Landing

LONGEST_RECORD = 1_000_000  # characters; a longer text is a file, and no column of ours holds it
log = logging.getLogger("goldseam.sources")


class Records:
    """Puts a mapped table's records into its landing, page after page, and knows which ones came."""

    def __init__(self, mapped: Mapped, landing: Landing, is_wanted: Callable[[datetime], bool]) -> None:
        """`is_wanted` says whether what changed at an instant belongs to the night."""
        self.mapped, self.landing, self._is_in_time = mapped, landing, is_wanted
        self._paths = {ours: tuple(theirs.split(".")) for ours, theirs in mapped.columns.items()}
        self._changed = tuple((mapped.changed or mapped.columns.get("updated_at", "")).split("."))
        self._never = set(self._needed())
        self._seen: set[int] = set()
        self._known_fields: set[str] = set()
        self.kept = 0

    @property
    def distinct(self) -> int:
        """Different records so far, by key; the same one on two pages counts once."""
        return len(self._seen)

    def add(self, records: Sequence[Any], positions: Sequence[str]) -> None:
        """Take parsed records; one that is flawed or no object becomes a fault, one of another night is left."""
        good, where = [], []
        for record, position in zip(records, positions, strict=True):
            if (reason := _fault(record)) is not None:
                self.fault(json_text.written(record), position, reason)
            elif self._is_wanted(record):
                good.append(record)
                where.append(position)
        columns = {ours: [json_text.pick(record, path) for record in good] for ours, path in self._paths.items()}
        self._note_missing(columns)
        texts = {ours: [json_text.as_text(value) for value in values] for ours, values in columns.items()}
        texts |= {ours: [text] * len(good) for ours, text in self.mapped.constants.items()}
        self._note_fields(good)
        if good:
            self.kept += len(good)
            self.landing.add(texts, where)

    def fault(self, raw: str, position: str, reason: str) -> None:
        """Set one record aside."""
        self._seen.add(hash(position))
        self.kept += 1
        self.landing.fault(raw, position, reason)

    def close(self) -> None:
        """Raises `Drifted` if something that every record needs stood in none."""
        if self._never and self.kept > self.landing.faults:
            gone = ", ".join(sorted(self.mapped.columns[ours] for ours in self._never))
            held = names.shown(self._known_fields)
            raise Drifted(f"{self.mapped.table.name}: {gone} is mapped but stands in no record; they hold {held}")
        self.landing.source_rows = self.kept

    def _needed(self) -> list[str]:
        table = self.mapped.table
        return [c.name for c in table.columns if c.name in self._paths and (c.is_filled or c.name in table.key)]

    def _note_missing(self, columns: dict[str, list[Any]]) -> None:
        self._never = {ours for ours in self._never if all(value is json_text.MISSING for value in columns[ours])}

    def _note_fields(self, good: list[dict[str, Any]]) -> None:
        new = {name for record in good for name in _names(record)} - self._known_fields
        used = {".".join(path) for path in self._paths.values()}
        if spare := new - used:
            log.info("%s: fields that are not mapped: %s", self.mapped.table.name, names.shown(spare))
        self._known_fields |= new

    def _is_wanted(self, record: dict[str, Any]) -> bool:
        """Counts the record as come; False if it plainly changed at a time that belongs to another night."""
        self._seen.add(hash(tuple(json_text.pick(record, self._paths[key]) for key in self._keys())))
        moment = _instant(json_text.pick(record, self._changed))
        return moment is None or self._is_in_time(moment)

    def _keys(self) -> list[str]:
        return [key for key in self.mapped.table.key if key in self._paths]


def _fault(record: Any) -> str | None:
    if not isinstance(record, dict):
        return "not an object"
    return json_text.flaw(record)


def _instant(value: Any) -> datetime | None:
    """An ISO text or epoch seconds or milliseconds; None if it is neither, which the contract will judge."""
    if not isinstance(value, str):
        return None
    try:
        if isinstance(value, json_text.Number):
            seconds = float(value)
            return datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC)
        return datetime.fromisoformat(value)
    except (ValueError, OverflowError, OSError):
        return None


def _names(record: dict[str, Any]) -> list[str]:
    """Fields of a record and of the objects in it, one level deep; names only."""
    deep = [f"{name}.{inner}" for name, value in record.items() if isinstance(value, dict) for inner in value]
    return [*(name for name, value in record.items() if not isinstance(value, dict)), *deep]
