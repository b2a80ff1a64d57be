"""Score: what a night published, held against the truth of the planted shop; one table of figures and verdicts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

import expectations
from mining_tasks.demo import figures
from mining_tasks.demo.figure import CANNOT_SAY, FAIL, NOT_PUBLISHED, SHORT, CannotSay, Figure, bound, written
from mining_tasks.demo.sight import Sight, sight
from mining_tasks.warehouse import ledger

# Every room of the house, those to come as well, in the order of a night; a room with a figures file or a contract
# that is not named here is added at the end.
ROOMS = (
    *("shop", "crm", "support", "identities", "customers", "segments", "lifetime_value", "churn", "campaigns"),
    *("baskets", "journeys", "sentiment", "demand", "prices", "models", "quality"),
)
GREEN, RED, UNSAID = 0, 1, 3


@dataclass(frozen=True)
class Line:
    """One line of the score: a figure with its verdict, or what is to be said of a room without figures.

    is_due: the room exists and has something to be measured, so that neither being published nor said is a fault.
    """

    room: str
    figure: str
    value: float | None
    threshold: float | None
    direction: str
    unit: str
    verdict: str
    note: str
    is_due: bool = True
    aim: float | None = None

    def shown(self) -> dict[str, Any]:
        """The line as people read it."""
        value = "–" if self.value is None else written(self.value)
        threshold = "–" if self.threshold is None else bound(self.threshold, self.direction)
        aim = "–" if self.aim is None else bound(self.aim, self.direction)
        told = {"room": self.room, "figure": self.figure, "value": value, "threshold": threshold, "aim": aim}
        return told | {"unit": self.unit, "verdict": self.verdict, "note": self.note}


def score(night: date | None = None, *only: str) -> tuple[date, list[Line]]:
    """Measure a night, by default the newest; every room of the house, or of `only` these, has at least one line.

    Raises ValueError if the home has no truth, or no night at all.
    """
    chosen = night or ledger.newest_night()
    if chosen is None:
        raise ValueError("no night has run in this home. Next: goldseam night")
    with sight(chosen) as seen:
        return chosen, [line for room in only or rooms() for line in _lines(room, seen)]


def exit_status(lines: Sequence[Line]) -> int:
    """1 if a figure fails or a room that exists was not published; 3 if something could not be said; else 0.

    What is short of its aim changes nothing: it is counted by `short_of_aim`.
    """
    due = {line.verdict for line in lines if line.is_due}
    if {FAIL, NOT_PUBLISHED} & due:
        return RED
    return UNSAID if CANNOT_SAY in due else GREEN


def short_of_aim(lines: Sequence[Line]) -> int:
    """How many figures hold their threshold and do not reach their aim."""
    return sum(line.verdict == SHORT for line in lines)


def rooms() -> list[str]:
    """All rooms of the house, and whatever has figures or contracts beside them."""
    more = {table.room for table in expectations.tables().values()} | set(measured_rooms())
    return [*ROOMS, *sorted(more - set(ROOMS))]


def measured_rooms() -> list[str]:
    """Rooms with a file of figures: the package is the register."""
    return sorted(module.name for module in iter_modules(figures.__path__))


def measures(room: str) -> ModuleType | None:
    """The file of figures of a room: `FIGURES`, and `measure(sight)`, which gives them measured."""
    return import_module(f"{figures.__name__}.{room}") if room in measured_rooms() else None


def _lines(room: str, seen: Sight) -> list[Line]:
    promised = [table for table in expectations.tables().values() if table.room == room]
    module = measures(room)
    asked: tuple[Figure, ...] = module.FIGURES if module else ()
    if not promised:
        return [_silent(room, NOT_PUBLISHED, "the room does not exist yet", is_due=False)]
    if why := _not_published(room, seen):
        return [_line(replace(figure, note=why), NOT_PUBLISHED) for figure in asked] or [
            _silent(room, NOT_PUBLISHED, why)
        ]
    if module is None:
        return [_silent(room, CANNOT_SAY, "no figure measures this room")]
    return _measured(module, asked, seen)


def _not_published(room: str, seen: Sight) -> str:
    """Why readers of the night do not have this room's own tables; empty if they do."""
    layers = {table.layer for table in expectations.tables().values() if table.room == room}
    if "pub" in layers:
        nights = [row["night"] for row in ledger.publications_of(room) if not row["is_withdrawn"]]
        if seen.night not in nights:
            return f"last published for {nights[0]}" if nights else "never published"
    layer = "pub" if "pub" in layers else "core"
    wanted = {t.name for t in expectations.tables().values() if t.room == room and t.layer == layer}
    missing = sorted(wanted - seen.accepted)
    return f"not accepted: {', '.join(missing)}" if missing else ""


def _measured(module: ModuleType, asked: Sequence[Figure], seen: Sight) -> list[Line]:
    """Every figure asked for; what was not given, or not even asked for, is told and never passed over."""
    found: dict[str, Figure] = {}
    why = "the room's file of figures does not give it"
    try:
        for figure in module.measure(seen):
            found[figure.name] = figure
    except CannotSay as fault:
        why = str(fault)
    names = [figure.name for figure in asked]
    if strange := sorted(set(found) - set(names)):
        raise ValueError(f"{module.__name__} measures {', '.join(strange)}, which have no threshold in FIGURES")
    return [_line(found.get(one.name, replace(one, note=why))) for one in asked]


def _line(figure: Figure, verdict: str = "") -> Line:
    facts = {name: getattr(figure, name) for name in ("room", "value", "threshold", "aim", "direction", "unit", "note")}
    is_due = not figure.is_waiting
    return Line(**facts, figure=figure.name, verdict=verdict or figure.verdict, is_due=is_due)


def _silent(room: str, verdict: str, note: str, is_due: bool = True) -> Line:
    return Line(room, "–", None, None, "", "", verdict, note, is_due)
