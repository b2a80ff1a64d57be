"""One page of a silo's records, with an opaque cursor to the next.

A cursor holds the window, the place after which to go on and the number of the page, so that whoever repeats a
request gets the same page, and records that come in meanwhile shift nothing.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import astuple, dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from mining_tasks.demo import versions
from mining_tasks.demo.moments import iso


class BadCursor(ValueError):
    """A cursor that this silo never gave out."""


@dataclass(frozen=True)
class Cursor:
    """Page number `page` of the records changed in [since, before), beginning after the record of that time and id."""

    since: str = versions.FIRST
    before: str = versions.LAST
    time: str = ""
    id: str = ""
    page: int = 1

    def text(self) -> str:
        """As it stands in an answer."""
        return urlsafe_b64encode(json.dumps(astuple(self)).encode()).decode().rstrip("=")


@dataclass(frozen=True)
class Page:
    """`records` is a JSON list as the store holds them; `following` is missing on the last page, `here` leads here."""

    records: str
    total: int
    here: Cursor
    following: Cursor | None


def cursor(text: str | None) -> Cursor:
    """The cursor a caller sent back; the first page of everything if she sent none."""
    if not text:
        return Cursor()
    try:
        return Cursor(*json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4))))
    except (ValueError, TypeError) as fault:
        raise BadCursor("The cursor is not valid") from fault


def page(store: Path, kind: str, here: Cursor, size: int) -> Page:
    """At most `size` records, in the order of their change."""
    window = versions.Asked(kind, here.since, here.before)
    with versions.opened(store) as opened:
        found = versions.page(opened, replace(window, after=(here.time, here.id), limit=size + 1))
    total = _counted(store, store.stat().st_mtime_ns, window)
    shown = found[:size]
    following = None
    if len(found) > size:
        following = Cursor(here.since, here.before, shown[-1].updated_at, shown[-1].id, here.page + 1)
    return Page(f"[{','.join(version.body for version in shown)}]", total, here, following)


@lru_cache(maxsize=1_000)
def _counted(store: Path, changed_at: int, window: versions.Asked) -> int:
    """How many records the window holds; counted once, until somebody writes to the store."""
    with versions.opened(store) as opened:
        return versions.count(opened, window)


def narrowed(here: Cursor, since: datetime | None, before: datetime | None) -> Cursor:
    """The cursor with the window that the caller asked for; a bound she left out stays as it was."""
    return replace(
        here,
        since=_whole_second(since) if since else here.since,
        before=_whole_second(before) if before else here.before,
    )


def size(text: str | None, most: int) -> int:
    """The page size a caller asked for, 100 if she did not; an error if it is out of bounds."""
    wanted = int(text or 100)
    if not 1 <= wanted <= most:
        raise ValueError(f"The page size must lie between 1 and {most}")
    return wanted


def _whole_second(moment: datetime) -> str:
    """The store's times are whole seconds, so a bound between two of them is the later one."""
    return iso(moment + timedelta(seconds=1) if moment.microsecond else moment)
