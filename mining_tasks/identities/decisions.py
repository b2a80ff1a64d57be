"""Decisions: what people said about two accounts, in `decisions.csv` of the home; a person's word outdoes evidence."""

import csv
import io
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa

import expectations
from expectations.words import Matches
from mining_tasks.warehouse import durable

FILE = "decisions.csv"
COLUMNS = ("account_id", "other_account_id", "decision_code", "who", "when", "why")
CODES = ("exclude", "confirm")
SCHEMA = pa.schema(
    [
        ("account_id", pa.string()),
        ("other_account_id", pa.string()),
        ("decision_code", pa.string()),
        ("decided_date", pa.date32()),
        ("who", pa.string()),
        ("why", pa.string()),
    ]
)


class BadDecisions(ValueError):
    """`decisions.csv` says something that cannot be; the message tells every bad line by its number."""


@dataclass(frozen=True)
class Decision:
    """What a person said of two accounts (`{source}:{id in the source}`), from the night of `decided_date` on."""

    account_id: str
    other_account_id: str
    decision_code: str
    decided_date: date
    who: str
    why: str


def in_force(folder: Path, night: date) -> pa.Table:
    """The decisions of the home in `folder` that hold for a night, one row per two accounts: the last word counts.

    A later night's decisions do not count, so that a night run again gives what it gave. Raises `BadDecisions`: a
    line that was skipped could be the one that keeps two people apart.
    """
    last: dict[tuple[str, str], Decision] = {}
    known = sorted(decisions(folder), key=lambda one: one.decided_date)  # of one night the later line comes later
    for one in known:
        if one.decided_date <= night:
            last[one.account_id, one.other_account_id] = one
    return pa.Table.from_pylist([asdict(last[pair]) for pair in sorted(last)], schema=SCHEMA)


def decisions(folder: Path) -> list[Decision]:
    """Every decision in the home's file, in its order; none if there is no file. Raises `BadDecisions`."""
    path = folder / FILE
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise BadDecisions(f"{FILE}, line 1: the columns must be {','.join(COLUMNS)}")
        rows = [(reader.line_num, row) for row in reader]
    faults = [f"line {number}: {fault}" for number, row in rows for fault in _faults(row)]
    if faults:
        raise BadDecisions(f"{FILE}: " + "; ".join(faults))
    return [decision(row) for _, row in rows]


def decision(row: Mapping[str, str]) -> Decision:
    """A line of the file as a decision, the smaller account first; raises `BadDecisions`."""
    if faults := list(_faults(row)):
        raise BadDecisions("; ".join(faults))
    one, other = sorted((row["account_id"].strip(), row["other_account_id"].strip()))
    said = (row[name].strip() for name in ("who", "why"))
    return Decision(one, other, row["decision_code"].strip(), date.fromisoformat(row["when"].strip()), *said)


def _faults(row: Mapping[str, str | None]) -> Iterable[str]:
    """What is wrong with a line, without its values: `why` may name a person."""
    missing = [name for name in COLUMNS if not (row.get(name) or "").strip()]
    if missing or len(row) > len(COLUMNS):
        yield f"{', '.join(missing)} missing" if missing else f"it has more than {len(COLUMNS)} values"
        return
    said = {name: str(row[name]).strip() for name in COLUMNS}
    for name in ("account_id", "other_account_id"):
        if not re.fullmatch(_account_pattern(), said[name]):
            yield f"{name} is no account, as in shop:123"
    if said["account_id"] == said["other_account_id"]:
        yield "an account and itself"
    if said["decision_code"] not in CODES:
        yield f"decision_code must be {' or '.join(CODES)}"
    if not _is_date(said["when"]):
        yield "when must be a night, as in 2026-11-20"


def _account_pattern() -> str:
    promises = expectations.table("core_identities__links").column("account_id").promises
    return next(promise.pattern for promise in promises if isinstance(promise, Matches))


def _is_date(said: str) -> bool:
    try:
        return date.fromisoformat(said).isoformat() == said
    except ValueError:
        return False


def note(folder: Path, one: Decision) -> None:
    """Add a decision to the home's file. Raises `BadDecisions` if the file, or the decision, is not as it should be."""
    decisions(folder)
    path = folder / FILE
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\n")
    if not path.exists():
        writer.writerow(COLUMNS)
    writer.writerow([one.account_id, one.other_account_id, one.decision_code, one.who, one.decided_date, one.why])
    is_cut = path.exists() and not path.read_bytes().endswith(b"\n")
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with durable.writing(path), os.fdopen(handle, "ab") as file:
        file.write(("\n" * is_cut + line.getvalue()).encode())
        file.flush()
        os.fsync(file.fileno())
