"""One page of a silo's records, with an opaque cursor to the next.

A cursor holds the window, the place after which to go on and the number of the page, so that whoever repeats a
request gets the same page, and records that come in meanwhile shift nothing.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import astuple, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

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
    """Records as the API writes them; `following` is missing on the last page, `here` leads to this page again."""

    records: list[dict[str, Any]]
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
    one_more = versions.Asked(kind, here.since, here.before, (here.time, here.id), size + 1)
    with versions.opened(store) as opened:
        found, total = versions.page(opened, one_more), versions.count(opened, one_more)
    shown = found[:size]
    following = None
    if len(found) > size:
        following = Cursor(here.since, here.before, shown[-1].updated_at, shown[-1].id, here.page + 1)
    return Page([json.loads(version.body) for version in shown], total, here, following)


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
