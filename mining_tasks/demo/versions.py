"""Where the demo's CRM and desk keep their records: every version of each, so that a past night can be asked again.

A real API shows only today's state. These silos answer as they would have answered just before `before`: the newest
version of each record older than that, if it changed since `since`.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

FIRST, LAST = "0001-01-01T00:00:00Z", "9999-12-31T00:00:00Z"
# One lower bound, so that the index leads to the page's first record: with a second one, SQLite may begin at the
# window's and step over every page before.
NEWEST_BEFORE = """
    FROM versions AS shown
    WHERE kind = :kind AND (updated_at, id) > (:after_time, :after_id) AND updated_at < :before
      AND NOT EXISTS (
        SELECT 1 FROM versions AS newer
        WHERE newer.kind = shown.kind AND newer.id = shown.id
          AND newer.updated_at > shown.updated_at AND newer.updated_at < :before)
"""
COUNT = "SELECT COUNT(*)" + NEWEST_BEFORE
PAGE = f"SELECT id, updated_at, body {NEWEST_BEFORE} ORDER BY updated_at, id LIMIT :limit"  # noqa: S608  # our own text
INDEXES = (
    "CREATE UNIQUE INDEX by_id ON versions (kind, id, updated_at)",
    "CREATE INDEX by_change ON versions (kind, updated_at, id)",
)


@dataclass(frozen=True)
class Version:
    """A record as it stood from `updated_at` (UTC, `2017-05-01T09:30:00Z`) on; `body` is its JSON."""

    kind: str
    id: str
    updated_at: str
    body: str


@dataclass(frozen=True)
class Asked:
    """What a caller wants to see: one kind, changed in [since, before), after a place in the order, so many."""

    kind: str
    since: str = FIRST
    before: str = LAST
    after: tuple[str, str] = ("", "")
    limit: int = 100


def write(file: Path, versions: Iterable[Version]) -> None:
    """A new store in that file, which appears under its name only when it is whole; of twins the later stays."""
    newest = {(version.kind, version.id, version.updated_at): version for version in versions}
    with building(file) as store:
        put(store, newest.values())


@contextmanager
def building(file: Path) -> Iterator[sqlite3.Connection]:
    """A new store to be filled, no record twice; it is indexed and appears under its name when the block ends well."""
    unfinished = file.with_suffix(".building")
    unfinished.unlink(missing_ok=True)
    with closing(sqlite3.connect(unfinished)) as store:
        for manner in ("journal_mode = OFF", "synchronous = OFF"):
            store.execute(f"PRAGMA {manner}")
        store.execute("CREATE TABLE versions (kind TEXT, id TEXT, updated_at TEXT, body TEXT)")
        yield store
        for index in INDEXES:  # afterwards: sorted once, not searched for every record
            store.execute(index)
        store.commit()
    unfinished.replace(file)


def put(store: sqlite3.Connection, versions: Iterable[Version]) -> None:
    """Adds versions; the same record at the same time is replaced."""
    store.executemany(
        "INSERT OR REPLACE INTO versions VALUES (?, ?, ?, ?)",
        ((version.kind, version.id, version.updated_at, version.body) for version in versions),
    )
    store.commit()


@contextmanager
def opened(file: Path) -> Iterator[sqlite3.Connection]:
    """The store, closed again afterwards."""
    with closing(sqlite3.connect(file)) as store:
        yield store


def page(store: sqlite3.Connection, asked: Asked) -> list[Version]:
    """The next records in the order of their change."""
    time, record = max(asked.after, (asked.since, ""))
    wanted = {"kind": asked.kind, "after_time": time, "after_id": record, "before": asked.before, "limit": asked.limit}
    return [Version(asked.kind, *row) for row in store.execute(PAGE, wanted)]


def count(store: sqlite3.Connection, asked: Asked) -> int:
    """How many records there are in all, on whatever page the caller is."""
    wanted = {"kind": asked.kind, "after_time": asked.since, "after_id": "", "before": asked.before}
    found: int = store.execute(COUNT, wanted).fetchone()[0]
    return found
