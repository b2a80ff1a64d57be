"""`sources.toml`: for each silo where it is, which connection holds its secret, and how it maps to our tables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import expectations
from expectations.words import Table
from mining_tasks.sources import problems
from mining_tasks.sources.faults import BadSettings
from mining_tasks.sources.styles import Style, style
from mining_tasks.warehouse.home import Home, home

LOOK_BACK_DAYS = 3  # late rows of a weekend, and the Monday after it
DEADLINE_MINUTES = 30.0  # a source that needs longer endangers the night; see `normal duration` in the DAGs
PAGE_ROWS = 100  # what HubSpot and Zendesk give at most


@dataclass(frozen=True)
class Join:
    """The parent table of a mapped table: `on` pairs the child's columns with the parent's."""

    table: str
    on: Mapping[str, str]


@dataclass(frozen=True)
class Mapped:
    """How one of our raw tables is read from its silo.

    origin: table, view, REST path or file pattern. columns: ours → theirs (`column`, `parent.column` or a dotted
    path). constants: ours → a text that the silo does not hold but we know. changed: theirs, moves when a row changes.
    """

    table: Table
    origin: str
    columns: Mapping[str, str]
    constants: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    changed: str = ""
    join: Join | None = None
    records: str = ""
    folder: Path | None = None  # of a table that comes as dropped files though its silo is none


@dataclass(frozen=True)
class Patience:
    """How a REST silo is borne with: tries of each page, and seconds to wait for an answer and between tries."""

    tries: int = 5
    first_wait_seconds: float = 0.5
    longest_wait_seconds: float = 60.0  # a longer Retry-After is not worth a night's time
    read_seconds: float = 30.0


@dataclass(frozen=True)
class Silo:
    """One source system. `timezone` is that of its naive times and of its business day."""

    name: str
    kind: str
    timezone: str
    tables: tuple[Mapped, ...]
    connection: str = ""
    look_back_days: int = LOOK_BACK_DAYS
    schema: str | None = None
    folder: Path | None = None
    style: Style | None = None
    page_rows: int = PAGE_ROWS
    deadline_minutes: float = DEADLINE_MINUTES
    patience: Patience = Patience()

    def mapped(self, table: Table) -> Mapped | None:
        """How a table is read; None if the silo does not have it."""
        return next((m for m in self.tables if m.table.name == table.name), None)

    def parts(self) -> Iterator["Silo"]:
        """The silo by the ways in which its tables are read: each part is of one kind and lies in one place."""
        for folder in dict.fromkeys(mapped.folder for mapped in self.tables):
            tables = tuple(mapped for mapped in self.tables if mapped.folder == folder)
            part = replace(self, tables=tables)
            yield part if folder is None else replace(part, kind="files", folder=folder)


def read(of: Home) -> dict[str, Silo]:
    """All silos of a home by name; raises `BadSettings` with every problem of the file at once."""
    said = of.toml("sources")
    if found := problems.of_file(said):
        raise BadSettings(found)
    return {name: _silo(name, facts, of.path) for name, facts in said.items() if name not in problems.OF_ROOMS}


def silo(name: str) -> Silo:
    """One silo of the present home; raises `BadSettings` if the file does not tell of it."""
    silos = read(home())
    if name not in silos:
        raise BadSettings([f"[{name}] is missing; the file tells of {', '.join(silos) or 'no silo'}"])
    return silos[name]


def promised(name: str) -> tuple[Table, ...]:
    """The raw tables we expect of a silo, in the order of their contracts."""
    return tuple(t for t in expectations.tables().values() if t.layer == "raw" and t.room == name)


def _silo(name: str, said: Mapping[str, Any], root: Path) -> Silo:
    tables = said.get("tables", {})
    plain = {key: said[key] for key in ("connection", "look_back_days", "schema", "page_rows") if key in said}
    return Silo(
        name=name,
        kind=said["kind"],
        timezone=said.get("timezone", "UTC"),
        tables=tuple(_mapped(t, tables[t.things], root) for t in promised(name) if t.things in tables),
        folder=_folder(said, root),
        style=style(said["style"]) if "style" in said else None,
        deadline_minutes=float(said.get("deadline_minutes", DEADLINE_MINUTES)),
        patience=Patience(**{item.name: said[item.name] for item in fields(Patience) if item.name in said}),
        **plain,
    )


def _mapped(table: Table, said: Mapping[str, Any], root: Path) -> Mapped:
    columns: Mapping[str, Any] = said["columns"]
    return Mapped(
        table=table,
        origin=said["from"],
        columns={ours: theirs for ours, theirs in columns.items() if isinstance(theirs, str)},
        constants={ours: theirs["value"] for ours, theirs in columns.items() if not isinstance(theirs, str)},
        changed=said.get("changed", ""),
        join=Join(**said["join"]) if "join" in said else None,
        records=said.get("records", ""),
        folder=_folder(said, root),
    )


def _folder(said: Mapping[str, Any], root: Path) -> Path | None:
    return (root / said["folder"]).resolve() if "folder" in said else None
