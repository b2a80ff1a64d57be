"""Where a source's rows arrive: all-text Parquet, streamed in bounded memory, complete or unreadable.

Rows of a table with contact data, and rows of any table that came apart, are sealed with the vault key.
"""

import json
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import uuid4

import pyarrow as pa

from expectations import table as promised
from expectations.words import TABLE_NAME, Table
from mining_tasks.warehouse import durable, vault
from mining_tasks.warehouse.home import home
from mining_tasks.warehouse.landing_files import (
    POSITION,
    ParquetParts,
    PartWriter,
    SealedParts,
    holdable,
    require_distinct,
)
from mining_tasks.warehouse.sealed import SUFFIX, SealedFile

MARKER = "complete.json"
ADDRESS = re.compile(rf"landing/({TABLE_NAME.pattern})/night=(\d{{4}}-\d{{2}}-\d{{2}})/[0-9a-f]{{32}}")
LONGEST_RAW = 100_000  # characters kept of a row that no column can hold; enough to find it at the source
FAULT_COLUMNS = ("raw", "position", "reason")


class Incomplete(ValueError):
    """The landing does not hold all that the source sent; nothing of it may be used."""


@dataclass(frozen=True)
class Landed:
    """A complete landing: it holds `rows` rows of text columns plus `_position`, in `files` or sealed."""

    address: str
    table: Table
    night: date
    rows: int
    faults: int
    columns: tuple[str, ...]
    files: tuple[Path, ...]

    @property
    def folder(self) -> Path:
        return home().path / self.address

    @property
    def is_sealed(self) -> bool:
        """Whether the rows lie sealed, so that `sealed_rows` gives them."""
        return (self.folder / f"rows{SUFFIX}").exists()

    def sealed_rows(self) -> "Unsealed":
        """The rows of a sealed landing, as an Arrow stream that can be read any number of times."""
        return Unsealed(self.folder / f"rows{SUFFIX}", self.table.name, (*self.columns, POSITION))

    def fault_rows(self) -> "Unsealed":
        """What could not be put into columns, in `FAULT_COLUMNS`."""
        return Unsealed(self.folder / f"faults{SUFFIX}", self.table.name, FAULT_COLUMNS)

    @property
    def added_columns(self) -> tuple[str, ...]:
        """What the source delivered though the contract does not know it: kept here, loaded nowhere."""
        known = {column.name for column in self.table.columns}
        return tuple(name for name in self.columns if name not in known)


class Unsealed:
    """Text rows of a sealed file, a frame at a time in memory; without rows if there is no file."""

    def __init__(self, path: Path, of: str, columns: tuple[str, ...]) -> None:
        self._path, self._of = path, of
        self.schema = pa.schema([pa.field(name, pa.string()) for name in columns])

    def batches(self) -> Iterator[pa.RecordBatch]:
        """All rows, with every column; missing where the source did not deliver it."""
        frames = SealedFile(self._path, self._of).frames() if self._path.exists() else iter(())
        for rows in frames:
            if rows is not None:
                nothing = pa.nulls(rows.num_rows, pa.string())
                told = {name: rows[name] if name in rows.column_names else nothing for name in self.schema.names}
                yield from pa.table(told, schema=self.schema).to_batches()

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """What DuckDB asks for, anew for each query over it."""
        return pa.RecordBatchReader.from_batches(self.schema, self.batches()).__arrow_c_stream__(requested_schema)


class Landing:
    """Takes one table's rows for one night as text; leaving the `with` block without an error completes it.

    Set `source_rows` to what the source says it sent: a difference raises `Incomplete`. A batch may bring other
    columns than the one before it; a column the contract does not know is kept and reported.
    """

    def __init__(self, table: Table, night: date) -> None:
        self.table, self.night = table, night
        self.folder = home().landing / table.name / f"night={night}" / uuid4().hex
        self.address = str(self.folder.relative_to(home().path))
        self.source_rows: int | None = None
        self.rows = self.faults = 0
        self._columns: dict[str, None] = {}

    def __enter__(self) -> Self:
        is_private = bool(self.table.contact)
        if is_private:
            vault.require()
        self.folder.mkdir(parents=True)
        sealed = [SealedParts(self.folder, stem, self.table.name) for stem in ("rows", "faults")]
        self._good = PartWriter(sealed[0] if is_private else ParquetParts(self.folder, "rows"))
        self._faulty = PartWriter(sealed[1])
        return self

    def add(self, batch: pa.RecordBatch | Mapping[str, Sequence[str | None]], position: str | Sequence[str]) -> None:
        """Take text columns of equal length; `position` says where the source holds the rows, for all or for each.

        Rows whose text no table can hold (lone surrogates, NUL) become faults. Raises ValueError if columns differ
        in length, TypeError if a column is not text.
        """
        count = batch.num_rows if isinstance(batch, pa.RecordBatch) else max(map(len, batch.values()), default=0)
        where: Sequence[str] = [position] * count if isinstance(position, str) else position
        rows, refused = holdable(batch, where)
        for raw, place, reason in refused:
            self.fault(raw, place, reason)
        self._columns |= dict.fromkeys(rows.schema.names)
        require_distinct(list(self._columns))
        self._good.add(rows)
        self.rows += rows.num_rows

    def fault(self, raw: str, position: str, reason: str) -> None:
        """Set aside a row that cannot be put into columns; it goes to quarantine and counts as received."""
        safe = raw[:LONGEST_RAW].encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")
        fields = zip(FAULT_COLUMNS, (safe, position, reason), strict=True)
        self._faulty.add(pa.record_batch({name: pa.array([text], pa.string()) for name, text in fields}))
        self.faults += 1

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            if kind is None:
                self._complete()
        finally:
            if not (self.folder / MARKER).exists():
                self._good.abandon()
                self._faulty.abandon()
                shutil.rmtree(self.folder)

    def _complete(self) -> None:
        self._good.close()
        self._faulty.close()
        arrived = self.rows + self.faults
        if self.source_rows is not None and self.source_rows != arrived:
            raise Incomplete(f"{self.table.name}: the source says {self.source_rows:,} rows, {arrived:,} arrived")
        facts = {"rows": self.rows, "faults": self.faults, "columns": [c for c in self._columns if c != POSITION]}
        durable.write_json(self.folder / MARKER, facts)


def opened(address: str) -> Landed:
    """The complete landing at an address; raises `Incomplete` if there is none, ValueError for a foreign address."""
    parts = ADDRESS.fullmatch(address)
    if not parts:
        raise ValueError(f"{address!r} is no landing's address")
    folder = home().path / address
    if not (folder / MARKER).exists():
        raise Incomplete(f"{address} was never completed: fetch the night again")
    facts = json.loads((folder / MARKER).read_text(encoding="utf-8"))
    return Landed(
        address=address,
        table=promised(parts.group(1)),
        night=date.fromisoformat(parts.group(5)),
        rows=facts["rows"],
        faults=facts["faults"],
        columns=tuple(facts["columns"]),
        files=tuple(sorted(folder.glob("rows-*.parquet"))),
    )


def forget_before(night: date) -> int:
    """Remove the landings of earlier nights, complete or not; gives how many nights' folders went."""
    old = [path for path in home().landing.glob("*/night=*") if date.fromisoformat(path.name[6:]) < night]
    for folder in old:
        shutil.rmtree(folder)
    return len(old)
