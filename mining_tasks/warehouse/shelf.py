"""The shelf: drafts are written where nobody reads; accepted partitions are read by table and night."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds

import expectations
from expectations.speak import arrow
from expectations.words import Table
from mining_tasks.warehouse import durable, keys, ledger, vault
from mining_tasks.warehouse.code_version import code_version
from mining_tasks.warehouse.home import home
from mining_tasks.warehouse.milestones import reached

MANIFEST = "manifest.json"
RUN_ID_CHARACTERS = 16  # 64 bits: two different partitions of one table and night share an id once in 10^19


class NotAccepted(ValueError):
    """Nothing was accepted for that table and night."""


@dataclass(frozen=True)
class FileEntry:
    """One file as its manifest knows it: Parquet on the shelf, or sealed in the vault."""

    name: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Partition:
    """A table's rows of one night: what a read gives, or a draft before it is accepted.

    Its reads give the open columns. `seals`: files of the vault with the contact data of these rows, which `unsealed`
    reads. `hash_key`: fingerprint of the key under which values of the night were hashed; empty if there was none.
    """

    table: Table
    night: date
    folder: Path
    run_id: str
    data_as_of: date
    is_stale: bool
    entries: tuple[FileEntry, ...] = ()
    inputs: tuple[dict[str, str], ...] = ()
    attempt: int = 0
    seals: tuple[FileEntry, ...] = ()
    hash_key: str = ""

    @property
    def files(self) -> tuple[Path, ...]:
        return tuple(self.folder / entry.name for entry in self.entries)

    @property
    def rows(self) -> int:
        return sum(entry.rows for entry in self.entries)

    @property
    def bytes(self) -> int:
        return sum(entry.bytes for entry in (*self.entries, *self.seals))

    @property
    def address(self) -> str:
        """Where it lies, relative to the home: what tasks hand to each other."""
        return str(self.folder.relative_to(home().path))

    def _dataset(self) -> ds.Dataset:
        return ds.dataset([str(file) for file in self.files], schema=arrow.open_schema(self.table), format="parquet")

    def arrow(self, columns: Sequence[str] | None = None) -> pa.Table:
        """All rows in the contract's schema but contact data, for tables that fit in memory."""
        return self._dataset().to_table(columns=list(columns) if columns else None)

    def batches(self, columns: Sequence[str] | None = None, rows: int = 100_000) -> Iterator[pa.RecordBatch]:
        """The rows in order, a bounded batch at a time."""
        ahead = {"batch_readahead": 1, "fragment_readahead": 1}  # Arrow would hold 16 batches of four files
        chosen = list(columns) if columns else None
        yield from self._dataset().to_batches(columns=chosen, batch_size=rows, **ahead)


@dataclass
class Drafting:
    """A draft in the making: add files, link unchanged ones, close."""

    table: Table
    night: date
    attempt: int
    folder: Path
    entries: list[FileEntry] = field(default_factory=list)
    seals: list[FileEntry] = field(default_factory=list)

    def add_file(self, name: str, batches: Iterable[pa.RecordBatch]) -> None:
        """Write one Parquet file, its contact data to the vault; the batches must come in the order of the key."""
        path = self.folder / name
        rows, sealed = vault.write(self.table, path, batches)
        self.entries.append(_entry(path, rows))
        if sealed:
            self.seals.append(_entry(vault.folder_of(self.folder) / vault.name_of(name), sealed))
        reached(f"wrote {self.table.name}/{name}")

    def link(self, part: Partition, entry: FileEntry) -> None:
        """Take over an accepted file that did not change, without copying where the file system allows."""
        durable.link(part.folder / entry.name, self.folder / entry.name)
        self.entries.append(entry)
        for seal in part.seals:
            if seal.name == vault.name_of(entry.name):
                vault.link(part.folder, self.folder, entry.name)
                self.seals.append(seal)

    def close(self, reads: Sequence[Partition] = ()) -> str:
        """Write the manifest, which makes the draft whole; returns its address."""
        entries = sorted(self.entries, key=lambda entry: entry.name)
        seals = sorted(self.seals, key=lambda entry: entry.name)
        manifest = {
            "table": self.table.name,
            "version": self.table.version,
            "night": self.night.isoformat(),
            "run_id": _run_id(self.table, self.night, [*entries, *seals]),
            "data_as_of": min([read.data_as_of for read in reads], default=self.night).isoformat(),
            "is_stale": any(read.is_stale for read in reads),
            "files": [asdict(entry) for entry in entries],
            "vault": [asdict(entry) for entry in seals],
            "hash_key": _hash_key_in_use(),
            "inputs": [{"table": r.table.name, "night": r.night.isoformat(), "run_id": r.run_id} for r in reads],
            "code_version": code_version(),
            "schema": {item.name: str(item.type) for item in arrow.open_schema(self.table)},
        }
        durable.write_json(self.folder / MANIFEST, manifest)
        durable.flush(self.folder)
        reached(f"drafted {self.table.name}")
        return str(self.folder.relative_to(home().path))


def _entry(path: Path, rows: int) -> FileEntry:
    return FileEntry(path.name, rows, path.stat().st_size, durable.sha256(path))


def _hash_key_in_use() -> str:
    """Fingerprint of the hash key; empty where there is none, and so nothing that is hashed."""
    try:
        return keys.fingerprint(home().hash_key())
    except keys.HomeMissing:
        return ""


def _run_id(table: Table, night: date, entries: Sequence[FileEntry]) -> str:
    """Same rows, same run: the id is made of what the files hold."""
    content = [table.name, table.version, night.isoformat(), *(f"{e.name} {e.sha256}" for e in entries)]
    return "r_" + hashlib.sha256("\n".join(content).encode()).hexdigest()[:RUN_ID_CHARACTERS]


def new_draft(table: Table, night: date) -> Drafting:
    """A new, empty draft with a fence number of its own; of contact data only if the vault can take them."""
    if table.contact:
        vault.require()
    attempt = ledger.begin(table.name, night)
    folder = home().drafts / table.name / f"night={night}" / f"attempt={attempt}"
    durable.make_folder(folder)
    return Drafting(table, night, attempt, folder)


def draft(table: Table, night: date, rows: pa.Table | pa.RecordBatchReader, reads: Sequence[Partition] = ()) -> str:
    """Write rows as a draft in one file; returns its address.

    A `pa.Table` is sorted by the key here; a reader must come sorted. Raises if a value does not fit the contract.
    """
    if isinstance(rows, pa.Table):
        rows = rows.sort_by([(key, "ascending") for key in table.key]).to_reader()
    drafting = new_draft(table, night)
    drafting.add_file("part-0.parquet", rows)
    return drafting.close(reads)


def opened(address: str) -> Partition:
    """The draft or partition at an address; raises `NotAccepted` if it was never finished."""
    root = home().path
    folder = (root / address).resolve()
    if not folder.is_relative_to(root):
        raise NotAccepted(f"{address} lies outside the home")
    if not (folder / MANIFEST).exists():
        raise NotAccepted(f"{address} holds no finished draft; run its step again")
    name, _, attempt = folder.name.partition("=")
    return _partition(folder, int(attempt) if name == "attempt" else 0)


def _partition(folder: Path, attempt: int = 0) -> Partition:
    manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
    return Partition(
        table=expectations.table(manifest["table"]),
        night=date.fromisoformat(manifest["night"]),
        folder=folder,
        run_id=manifest["run_id"],
        data_as_of=date.fromisoformat(manifest["data_as_of"]),
        is_stale=manifest["is_stale"],
        entries=tuple(FileEntry(**entry) for entry in manifest["files"]),
        inputs=tuple(manifest["inputs"]),
        attempt=attempt,
        seals=tuple(FileEntry(**entry) for entry in manifest.get("vault", [])),
        hash_key=manifest.get("hash_key", ""),
    )


def read(table: Table, night: date) -> Partition:
    """What was accepted for the night, or what stands in for it, marked stale; raises `NotAccepted`."""
    row = ledger.accepted(table.name, night)
    if row is None:
        raise NotAccepted(f"{table.name} was not accepted for {night}. Next: goldseam status --night {night}")
    return of_ledger(row)


def read_all(tables: Sequence[Table], night: date) -> list[Partition]:
    """What was accepted for the night of several tables at one instant: never one table of a later attempt."""
    accepted = {row["table_name"]: row for row in ledger.accepted_on(night)}
    missing = [table.name for table in tables if table.name not in accepted]
    if missing:
        raise NotAccepted(f"{', '.join(missing)} not accepted for {night}. Next: goldseam status --night {night}")
    return [of_ledger(accepted[table.name]) for table in tables]


def read_before(table: Table, night: date) -> Partition | None:
    """The newest partition of an earlier night: yesterday's state; None on the first night."""
    row = ledger.accepted_before(table.name, night)
    return None if row is None else of_ledger(row)


def of_ledger(row: ledger.Row) -> Partition:
    """The partition that an acceptance names, as old as the ledger says."""
    folder = home().path / row["folder"]
    if not folder.exists():
        raise NotAccepted(f"{row['table_name']} of {row['night']} is no longer kept; run that night again")
    found = _partition(folder)
    facts = {key: row[key] for key in ("data_as_of", "is_stale", "attempt")}
    return replace(found, **facts)


def final_folder(part: Partition) -> Path:
    """Where an accepted partition lies: a Hive-style path that any engine understands."""
    return home().warehouse / part.table.name / f"night={part.night}" / f"run={part.run_id}"
