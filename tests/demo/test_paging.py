"""Paging at a size at which counting or skipping on every page would show; and a total that follows its store."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mining_tasks.demo import paging, versions
from mining_tasks.demo.paging import Cursor
from mining_tasks.demo.versions import Asked, Version

RECORDS, SIZE = 3_000, 100
STEPS = 1_000  # SQLite calls back after so many of its own steps


def version(n: int, updated_at: str = "2026-03-01T00:00:00Z") -> Version:
    return Version("contacts", f"{n:06}", updated_at, json.dumps({"id": f"{n:06}", "updatedAt": updated_at}))


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Three thousand contacts, half of them changed at the same second, and as many of another kind."""
    file = tmp_path / "crm.db"
    half = RECORDS // 2
    contacts = [version(n) if n < half else version(n, f"2026-04-01T00:{n % 60:02}:00Z") for n in range(RECORDS)]
    versions.write(file, [*contacts, *(Version("statuses", c.id, c.updated_at, c.body) for c in contacts)])
    return file


def pages(store: Path, here: Cursor) -> Iterator[paging.Page]:
    page = paging.page(store, "contacts", here, SIZE)
    yield page
    while page.following:
        page = paging.page(store, "contacts", page.following, SIZE)
        yield page


@contextmanager
def counted(connection: sqlite3.Connection, steps: list[int]) -> Iterator[None]:
    """Counts SQLite's own steps, in thousands."""

    def tick() -> int:
        steps[0] += 1
        return 0

    connection.set_progress_handler(tick, STEPS)
    yield
    connection.set_progress_handler(None, 0)


def test_every_page_knows_the_total_and_every_record_comes_once(store: Path) -> None:
    found = list(pages(store, Cursor()))
    ids = [record["id"] for page in found for record in json.loads(page.records)]
    assert len(found) == RECORDS // SIZE
    assert {page.total for page in found} == {RECORDS}
    assert len(ids) == len(set(ids)) == RECORDS


def test_the_total_is_counted_once_for_a_window_and_not_on_every_page(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts: list[Asked] = []
    counting = versions.count

    def count(opened: sqlite3.Connection, asked: Asked) -> int:
        counts.append(asked)
        return counting(opened, asked)

    monkeypatch.setattr(versions, "count", count)
    assert len(list(pages(store, Cursor()))) > 10
    assert len(list(pages(store, Cursor(since="2026-04-01T00:00:00Z")))) > 10
    assert [asked.since for asked in counts] == [versions.FIRST, "2026-04-01T00:00:00Z"]


def test_a_total_follows_what_is_written_meanwhile(store: Path) -> None:
    [first, *_] = pages(store, Cursor())
    with versions.opened(store) as opened:
        versions.put(opened, [version(RECORDS + n, "2026-05-01T00:00:00Z") for n in range(7)])
    assert paging.page(store, "contacts", Cursor(), SIZE).total == first.total + 7


def test_the_last_page_costs_what_the_first_one_does(store: Path) -> None:
    first, last = [0], [0]
    with versions.opened(store) as opened:
        with counted(opened, first):
            assert len(versions.page(opened, Asked("contacts", limit=SIZE))) == SIZE
        place = versions.page(opened, Asked("contacts", limit=RECORDS - SIZE))[-1]
        with counted(opened, last):
            asked = Asked("contacts", after=(place.updated_at, place.id), limit=SIZE)
            assert len(versions.page(opened, asked)) == SIZE
    assert 0 < last[0] <= first[0] + 1


def test_a_window_begins_where_it_says(store: Path) -> None:
    since = "2026-04-01T00:30:00Z"
    records = [record for page in pages(store, Cursor(since=since)) for record in json.loads(page.records)]
    assert min(record["updatedAt"] for record in records) == since
    assert len(records) == RECORDS // 4
