"""The desk's second way: the same records as files dropped in a folder each night, with their row counts beside.

`tickets-<night>.jsonl.gz`, `requesters-<night>.csv`, `reviews-<night>.csv.gz`, each with a neighbour `<name>.count`;
same records, same bytes. `read_drops_instead` connects a home to them.
"""

import csv
import gzip
import io
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from mining_tasks.demo import versions
from mining_tasks.demo.moments import at, iso

KINDS = ("tickets", "users", "reviews")
USER_FIELDS = ("id", "name", "email", "phone", "verified", "created_at", "updated_at")
REVIEW_FIELDS = ("id", "requester_id", "product_id", "score", "comment", "created_at", "updated_at")


def drop(store: Path, folder: Path, night: date, since: date | None = None) -> list[Path]:
    """Writes what changed on that business day (or from `since` to its end, UTC) into the folder; gives the files."""
    folder.mkdir(parents=True, exist_ok=True)
    tickets, users, reviews = (list(_changed(store, kind, since or night, night)) for kind in KINDS)
    for review in reviews:
        review["product_id"] = review["product"]["id"]
    lines = "".join(json.dumps(ticket, ensure_ascii=False) + "\n" for ticket in tickets)
    return [
        _written(folder / f"tickets-{night}.jsonl.gz", gzip.compress(lines.encode(), mtime=0), len(tickets)),
        _written(folder / f"requesters-{night}.csv", _csv(users, USER_FIELDS), len(users)),
        _written(
            folder / f"reviews-{night}.csv.gz", gzip.compress(_csv(reviews, REVIEW_FIELDS), mtime=0), len(reviews)
        ),
    ]


def read_drops_instead(home: Path, folder: Path) -> None:
    """Rewrites the home's `sources.toml` so that the desk is read from files in that folder."""
    file = home / "sources.toml"
    others, _, _ = file.read_text(encoding="utf-8").partition("[support]")
    section = Path(__file__).with_name("support_drops.toml").read_text(encoding="utf-8")
    file.write_text(others + section.replace('"drops"', json.dumps(str(folder))), encoding="utf-8")


def _changed(store: Path, kind: str, since: date, night: date) -> Iterator[dict[str, Any]]:
    window = versions.Asked(kind, iso(at(since)), iso(at(night) + timedelta(days=1)), limit=-1)
    with versions.opened(store) as opened:
        yield from (json.loads(version.body) for version in versions.page(opened, window))


def _csv(records: list[dict[str, Any]], fields: tuple[str, ...]) -> bytes:
    text = io.StringIO(newline="")
    rows = csv.DictWriter(text, fields, extrasaction="ignore", lineterminator="\n")
    rows.writeheader()
    rows.writerows(records)
    return text.getvalue().encode()


def _written(file: Path, content: bytes, rows: int) -> Path:
    building = file.with_name(f".{file.name}.building")
    building.write_bytes(content)
    file.with_name(f"{file.name}.count").write_text(f"{rows}\n", encoding="utf-8")
    return building.replace(file)
