"""Ways in which a demo silo can be told to misbehave, in the process that serves it; each counts how often it did."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from threading import Lock
from typing import Any, Literal

How = Literal["status", "truncated", "reset", "loop", "login_page", "slow", "trickle", "rewritten"]


@dataclass
class Misbehaviour:
    """One fault: what happens, on which page of which listing (pages count from 1), and how many times.

    `status` answers with that code (and `retry_after`, in seconds or as a date, if given); `truncated` ends the body
    half way; `reset` cuts the connection; `loop` names the page itself as the next; `login_page` answers 200 with
    HTML; `slow` waits `seconds` first; `trickle` sends a byte every `seconds`; `rewritten` sends `rewrite(payload)`.
    """

    how: How = "status"
    status: int = 500
    at_page: int | None = 1  # None: any page
    times: int = 1
    path: str = ""  # only addresses that contain it
    retry_after: str | None = None
    seconds: float = 1.0
    rewrite: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    fired: int = 0

    def is_due(self, path: str, page: int) -> bool:
        """Does this fault strike this request?"""
        return self.fired < self.times and self.path in path and self.at_page in (None, page)


@dataclass
class Faults:
    """The faults of one silo; tests add to it while it serves, and read `fired` afterwards."""

    planned: list[Misbehaviour] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def add(self, fault: Misbehaviour) -> Misbehaviour:
        """From now on the silo misbehaves so."""
        self.planned.append(fault)
        return fault

    def strike(self, path: str, page: int) -> Misbehaviour | None:
        """The first fault that is due, counted as fired; None if the silo behaves."""
        with self.lock:
            for fault in self.planned:
                if fault.is_due(path, page):
                    fault.fired += 1
                    return fault
        return None


def http_date(seconds_from_now: float) -> str:
    """A `Retry-After` in its other form."""
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds_from_now), usegmt=True)
