"""Files dropped for a night, and how they are read."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

from expectations import table
from mining_tasks.sources import files
from mining_tasks.sources.settings import Mapped, Silo
from mining_tasks.sources.window import Window
from tests.sources import landed
from tests.sources.shops import window

TICKETS = Mapped(
    table("raw_support__tickets"),
    "tickets-{night}*.jsonl.gz",
    {
        "ticket_id_support": "id",
        "requester_id_support": "by",
        "opened_at": "at",
        "updated_at": "at",
        "subject": "subject",
    },
)
HEADER = "id,by,at,subject"
AT = "2026-03-29T10:00:00Z"


def read(drops: Path, origin: str, asked: Window | None = None) -> str:
    """The landing of the tickets that lie in a folder."""
    mapped = replace(TICKETS, origin=origin)
    silo = Silo(name="support", kind="files", timezone="UTC", tables=(mapped,), folder=drops)
    [address] = files.extract(silo, {TICKETS.table.name: asked or window()})
    return address


def ticket(id: object, **facts: object) -> str:
    """A ticket as a line of JSON."""
    return json.dumps({"id": id, "by": 7, "at": AT, "subject": f"s{id}"} | facts)


def put(drops: Path, name: str, *lines: str | bytes, end: bytes = b"\n") -> Path:
    """Drop a file of these lines."""
    body = b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines) + end
    path = drops / name
    path.write_bytes(gzip.compress(body) if name.endswith(".gz") else body)
    return path


def ids(address: str) -> list[str]:
    """Which tickets landed."""
    return [row["ticket_id_support"] for row in landed.rows(address)]
