"""JSON records on their way into a landing: fields picked by path, flawed records set aside with their position."""

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import compress
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
        self._keys = [self._paths[key] for key in mapped.table.key if key in self._paths]
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
        found, places = self._sound(records, positions)
        is_wanted = self._are_wanted(found)
        good, where = list(compress(found, is_wanted)), list(compress(places, is_wanted))
        columns = {ours: json_text.picked(good, path) for ours, path in self._paths.items()}
        self._note_missing(columns)
        texts = {ours: json_text.as_texts(values) for ours, values in columns.items()}
        texts |= {ours: [text] * len(good) for ours, text in self.mapped.constants.items()}
        self._note_fields(good)
        if good:
            self.kept += len(good)
            self.landing.add(texts, where)

    def _sound(self, records: Sequence[Any], positions: Sequence[str]) -> tuple[list[dict[str, Any]], list[str]]:
        """The records that can be read, with their positions; the others become faults."""
        reasons = [_fault(record) for record in records]
        for record, position, reason in zip(records, positions, reasons, strict=True):
            if reason is not None:
                self.fault(json_text.written(record), position, reason)
        is_sound = [reason is None for reason in reasons]
        return list(compress(records, is_sound)), list(compress(positions, is_sound))

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
        new = _names(good) - self._known_fields
        used = {".".join(path) for path in self._paths.values()}
        if spare := new - used:
            log.info("%s: fields that are not mapped: %s", self.mapped.table.name, names.shown(spare))
        self._known_fields |= new

    def _are_wanted(self, records: list[dict[str, Any]]) -> list[bool]:
        """Counts the records as come; False for one that plainly changed at a time that belongs to another night."""
        keys = [json_text.picked(records, path) for path in self._keys]
        self._seen.update(map(hash, zip(*keys, strict=True)))
        moments = map(_instant, json_text.picked(records, self._changed))
        return [moment is None or self._is_in_time(moment) for moment in moments]


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


def _names(records: Sequence[dict[str, Any]]) -> set[str]:
    """Fields of records and of the objects in them, one level deep; names only."""
    found: set[str] = set()
    for name in set[str]().union(*records):
        values = [record[name] for record in records if name in record]
        objects = [value for value in values if isinstance(value, dict)]
        found |= {f"{name}.{inner}" for inner in set[str]().union(*objects)}
        found |= {name} if len(objects) < len(values) else set()
    return found
