"""What readers see, resolved once: every published family with its tables, from the ledger or from CURRENT."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from mining_tasks.warehouse import durable, ledger
from mining_tasks.warehouse.home import home

FORMAT = 1


@dataclass(frozen=True)
class PublishedTable:
    """The files of one published table. `folder` is relative to the folder in which CURRENT lies."""

    name: str
    folder: str
    files: tuple[str, ...]
    rows: int
    run_id: str
    contract: dict[str, Any]

    @property
    def paths(self) -> tuple[Path, ...]:
        return tuple(home().warehouse / self.folder / file for file in self.files)


@dataclass(frozen=True)
class Published:
    """One family as readers see it. `run_id` is the family's; `is_marked_stale`: a later night brought nothing new."""

    family: str
    night: date
    run_id: str
    data_as_of: date
    published_at: str
    is_stale: bool
    is_marked_stale: bool
    why_stale: str
    tables: tuple[PublishedTable, ...]


def decided() -> list[Published]:
    """What the ledger's pointers say, families in alphabetical order: the only truth."""
    return [of_ledger(row) for row in ledger.published()]


def of_ledger(row: ledger.Row) -> Published:
    """One publication; as fresh as it says itself where the row comes without a pointer's mark."""
    marked = bool(row.get("is_marked_stale"))
    why = row.get("why_stale") or (f"a source failed: data as of {row['data_as_of']}" if row["is_stale"] else "")
    return Published(
        family=row["family"],
        night=row["night"],
        run_id=row["run_id"],
        data_as_of=row["data_as_of"],
        published_at=_instant(row["noted_at"]),
        is_stale=marked or bool(row["is_stale"]),
        is_marked_stale=marked,
        why_stale=why,
        tables=tuple(_table(entry) for entry in json.loads(row["tables"])),
    )


def _instant(noted_at: datetime) -> str:
    """ISO 8601 in UTC; SQLite forgets the zone in which it was told."""
    aware = noted_at if noted_at.tzinfo else noted_at.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="seconds")


def _table(entry: dict[str, Any]) -> PublishedTable:
    folder = str(Path(entry["folder"]).relative_to(home().warehouse.name))
    facts = {key: entry[key] for key in ("name", "rows", "run_id", "contract")}
    return PublishedTable(folder=folder, files=tuple(entry["files"]), **facts)


def write(families: Sequence[Published]) -> None:
    """Replace CURRENT: one small file over all families, so that no reader mixes two publications."""
    content = {published.family: _as_json(published) for published in families}
    durable.write_json(home().current_file, {"format": FORMAT, "families": content})


def _as_json(published: Published) -> dict[str, Any]:
    facts = asdict(published)
    return facts | {"tables": {table["name"]: table for table in facts["tables"]}}


def resolved() -> list[Published]:
    """What CURRENT says, read once; nothing before the first publication."""
    file = home().current_file
    if not file.exists():
        return []
    content = json.loads(file.read_text())
    if content["format"] != FORMAT:
        raise ValueError(f"{file} has format {content['format']}, this Goldseam reads {FORMAT}: upgrade Goldseam")
    return [_of_json(facts) for facts in content["families"].values()]


def _of_json(facts: dict[str, Any]) -> Published:
    tables = (PublishedTable(**table | {"files": tuple(table["files"])}) for table in facts["tables"].values())
    nights = {key: date.fromisoformat(facts[key]) for key in ("night", "data_as_of")}
    return Published(**facts | nights | {"tables": tuple(tables)})
