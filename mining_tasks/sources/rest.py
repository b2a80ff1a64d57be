"""A paged REST system as a silo: page after page into the landing, counted against what the system said.

httpx and tenacity rather than a pipeline library: what we need is exact text, one deadline and no state of its own
between nights; dlt took three times as long and kept its own state beside the ledger's.
"""

import logging
import math
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from mining_tasks.sources import json_text, names
from mining_tasks.sources.faults import Refused, Unfinished
from mining_tasks.sources.records import Records
from mining_tasks.sources.rest_ask import Asker
from mining_tasks.sources.settings import Mapped, Silo
from mining_tasks.sources.styles import Style
from mining_tasks.sources.window import Window
from mining_tasks.warehouse.landing import Landing

LARGEST_PAGE = 10  # times the size that was asked for; more is no page
log = logging.getLogger("goldseam.sources")


def extract(silo: Silo, windows: Mapping[str, Window]) -> list[str]:
    """Land every mapped listing's window; returns the landings' addresses.

    Raises `SilentSource`, `RateLimited` or `Unfinished` (try again), `Refused` or `Drifted` (do not); no landing of
    a failed listing is readable.
    """
    with Asker(silo) as asker:
        return [_land(silo, mapped, windows[mapped.table.name], asker) for mapped in silo.tables]


def _land(silo: Silo, mapped: Mapped, window: Window, asker: Asker) -> str:
    style = silo.style or Style()
    with Landing(mapped.table, window.night) as landing:
        records, total = Records(mapped, landing, window.holds), None
        for number, payload in enumerate(pages(silo, mapped, window, asker), start=1):
            found = records_of(silo, mapped, payload)
            records.add(found, [f"{mapped.origin}, page {number}, record {i}" for i in range(1, len(found) + 1)])
            total = total_of(style, payload, total)
        if total is not None and records.distinct != total:
            raise Unfinished(f"{silo.name}: {mapped.origin} says {total:,} records, {records.distinct:,} came")
        records.close()
    log.info("%s: %s landed, %d rows", silo.name, mapped.table.name, landing.rows)
    return landing.address


def pages(silo: Silo, mapped: Mapped, window: Window, asker: Asker) -> Iterator[dict[str, Any]]:
    """The listing's pages, parsed; raises `Unfinished` if the cursors run in a circle.

    While a page is worked on, the next one is on its way: a silo takes about as long to answer as we to read.
    """
    style = silo.style or Style()
    parameters = _parameters(style, window, silo.page_rows)
    cursors: set[str] = set()
    with ThreadPoolExecutor(1) as messenger:
        coming: Future[Any] | None = messenger.submit(asker.ask, mapped.origin, parameters)
        while coming is not None:
            payload, coming = coming.result(), None
            if not isinstance(payload, dict):
                raise Refused(f"{silo.name}: {mapped.origin} gave no page but {_kind(payload)}")
            if (cursor := _next(style, payload)) is not None:
                if cursor in cursors:
                    raise Unfinished(
                        f"{silo.name}: {mapped.origin} sends its cursor of page {len(cursors) + 1} twice: a circle"
                    )
                cursors.add(cursor)
                coming = messenger.submit(asker.ask, mapped.origin, {**parameters, style.cursor: cursor})
            yield payload


def _parameters(style: Style, window: Window, page_rows: int) -> dict[str, str | int]:
    parameters: dict[str, str | int] = {style.size: page_rows}
    if style.instants == "epoch":  # whole seconds; what a bound cuts too wide is left again by its own time
        start = 0 if window.start is None else math.floor(window.start.timestamp())
        bounds: dict[str, str | int] = {style.since: start, style.until: math.ceil(window.end.timestamp())}
    else:
        start_text = "" if window.start is None else window.start.isoformat().replace("+00:00", "Z")
        bounds = {style.since: start_text, style.until: window.end.isoformat().replace("+00:00", "Z")}
    return parameters | {name: bound for name, bound in bounds.items() if name and bound != ""}


def _next(style: Style, payload: dict[str, Any]) -> str | None:
    """The next page's cursor; None on the last page."""
    if style.is_last and json_text.pick(payload, tuple(style.is_last.split("."))) is True:
        return None
    cursor = json_text.as_text(json_text.pick(payload, tuple(style.next_cursor.split("."))))
    if not cursor and style.is_last:
        raise Refused(f"a page says neither {style.is_last} nor {style.next_cursor}")
    return cursor or None


def records_of(silo: Silo, mapped: Mapped, payload: dict[str, Any]) -> list[Any]:
    """The records of a page; raises `Refused` if it is no page."""
    path = mapped.records or (silo.style or Style()).records
    found = json_text.pick(payload, tuple(path.split(".")))
    if not isinstance(found, list):
        raise Refused(f"{silo.name}: {mapped.origin} holds no list at {path!r}; it holds {names.shown(payload)}")
    if len(found) > LARGEST_PAGE * silo.page_rows:
        raise Refused(f"{silo.name}: {mapped.origin} sent {len(found):,} records where {silo.page_rows} were asked for")
    return found


def total_of(style: Style, payload: dict[str, Any], before: int | None) -> int | None:
    """The number of all records as the latest page says it."""
    said = json_text.pick(payload, tuple(style.total.split("."))) if style.total else None
    return int(said) if isinstance(said, str) and said.isdecimal() else before


def _kind(value: Any) -> str:
    return "a list" if isinstance(value, list) else "a value"
