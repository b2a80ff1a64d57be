"""Text columns on their way to disk: what a table can hold, and Parquet parts of a bounded size."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import reduce
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from mining_tasks.warehouse import durable
from mining_tasks.warehouse.sealed import SUFFIX, SealedWriter

POSITION = "_position"
NUL = re.compile(rb"\0")
FLUSH_ROWS = 65_536  # a row group; small pages of a REST source are gathered up to it
FLUSH_BYTES = 32 * 1024 * 1024  # whichever comes first, so that long texts stay within memory
Columns = Mapping[str, Sequence[str | None]]
Refused = list[tuple[str, str, str]]


def holdable(batch: pa.RecordBatch | Columns, positions: Sequence[str]) -> tuple[pa.RecordBatch, Refused]:
    """The rows as text with their positions, and (raw, position, reason) of each row that holds what text cannot.

    Raises TypeError if a value is not text, ValueError if columns and positions differ in length.
    """
    refused: Refused = []
    if not isinstance(batch, pa.RecordBatch):
        batch, positions, refused = _as_text(batch, positions)
    for name, kind in zip(batch.schema.names, batch.schema.types, strict=True):
        if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind)):
            raise TypeError(f"column {name} is {kind}; a landing takes text, the contract decides types")
    require_distinct([*batch.schema.names, POSITION])
    if batch.num_rows != len(positions):
        raise ValueError(f"{batch.num_rows} rows but {len(positions)} positions")
    columns = {n: c.cast(pa.string()) for n, c in zip(batch.schema.names, batch.columns, strict=True)}
    rows = pa.record_batch(columns | {POSITION: pa.array(positions, pa.string())})
    good, with_nul = _without_nul(rows)
    return good, refused + with_nul


def require_distinct(names: Sequence[str]) -> None:
    """Raise ValueError if two columns have the same name for SQL, which does not see case."""
    if len({name.lower() for name in names}) < len(names):
        raise ValueError(f"among the columns {list(names)} some differ only in case, or not at all")


def _as_text(columns: Columns, positions: Sequence[str]) -> tuple[pa.RecordBatch, Sequence[str], Refused]:
    if any(len(values) != len(positions) for values in columns.values()):
        raise ValueError(f"columns of { ({n: len(v) for n, v in columns.items()}) } rows, {len(positions)} positions")
    try:
        return _batch(columns), positions, []
    except UnicodeEncodeError:
        good = [i for i in range(len(positions)) if all(_encodes(values[i]) for values in columns.values())]
    bad = sorted(set(range(len(positions))) - set(good))
    raws = (str({name: values[i] for name, values in columns.items()}) for i in bad)
    refused = [(raw, positions[i], "not valid Unicode") for i, raw in zip(bad, raws, strict=True)]
    kept = {name: [values[i] for i in good] for name, values in columns.items()}
    return _batch(kept), [positions[i] for i in good], refused


def _batch(columns: Columns) -> pa.RecordBatch:
    return pa.record_batch({name: pa.array(values, pa.string()) for name, values in columns.items()})


def _encodes(text: str | None) -> bool:
    try:
        return text is None or text.encode("utf-8") is not None
    except UnicodeEncodeError:
        return False


def _without_nul(rows: pa.RecordBatch) -> tuple[pa.RecordBatch, Refused]:
    """PostgreSQL and many readers cannot hold a NUL in a text, so no table of ours does."""
    suspects = [column for column in rows.columns if _has_nul_nearby(column)]
    if not suspects:
        return rows, []
    found = [pc.fill_null(pc.match_substring(column, "\0"), False) for column in suspects]
    bad = reduce(pc.or_, found)
    if not pc.any(bad).as_py():
        return rows, []
    lost = rows.filter(bad).to_pylist()
    refused = [(str({k: v for k, v in row.items() if k != POSITION}), row[POSITION], "holds a NUL") for row in lost]
    return rows.filter(pc.invert(bad)), refused


def _has_nul_nearby(column: pa.StringArray) -> bool:
    """Whether there is a NUL in the memory in which the column lies: one pass, many times as fast as by value."""
    texts = column.buffers()[2]
    return texts is not None and NUL.search(texts) is not None


class ParquetParts:
    """Writes tables into `<stem>-00000.parquet` and on; a change of columns starts the next part."""

    def __init__(self, folder: Path, stem: str) -> None:
        self._folder, self._stem = folder, stem
        self._parts = 0
        self._writer: pq.ParquetWriter | None = None

    def put(self, rows: pa.Table) -> None:
        """One row group."""
        if self._writer is None or self._writer.schema != rows.schema:
            self.close()
            self._path = self._folder / f"{self._stem}-{self._parts:05d}.parquet"
            self._writer = pq.ParquetWriter(self._path, rows.schema, compression="zstd", write_statistics=False)
            self._parts += 1
        self._writer.write_table(rows)

    def close(self) -> None:
        """Close the last part and bring it to the disk."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None
            durable.flush(self._path)

    def abandon(self) -> None:
        """Let go of the open part, whose folder is about to be removed; a full disk must not hide the first error."""
        if self._writer is not None:
            with suppress(OSError, pa.ArrowException):
                self._writer.close()


class SealedParts:
    """Writes tables of any columns into `<stem>.sealed`, which is made when the first one comes."""

    def __init__(self, folder: Path, stem: str, of: str) -> None:
        self._path, self._of = folder / f"{stem}{SUFFIX}", of
        self._writer: SealedWriter | None = None

    def put(self, rows: pa.Table) -> None:
        """One frame."""
        if self._writer is None:
            self._writer = SealedWriter(self._path, self._of).begun()
        self._writer.add(rows)

    def close(self) -> None:
        """Bring the file to the disk, if there is one."""
        if self._writer is not None:
            self._writer.end()

    def abandon(self) -> None:
        """Let go of the open file, whose folder is about to be removed."""
        if self._writer is not None:
            with suppress(OSError):
                self._writer.abandon()


class PartWriter:
    """Gathers batches until they are worth a row group of `parts`."""

    def __init__(self, parts: ParquetParts | SealedParts) -> None:
        self._parts = parts
        self._held: list[pa.RecordBatch] = []
        self._rows = self._bytes = 0

    def add(self, batch: pa.RecordBatch) -> None:
        """Take a batch; writes once enough rows or bytes are held."""
        if not batch.num_rows:
            return
        if self._held and self._held[0].schema != batch.schema:
            self._flush()
        self._held.append(batch)
        self._rows += batch.num_rows
        self._bytes += batch.nbytes
        if self._rows >= FLUSH_ROWS or self._bytes >= FLUSH_BYTES:
            self._flush()

    def close(self) -> None:
        """Write what is held, close the last part and bring it to the disk."""
        self._flush()
        self._parts.close()

    def abandon(self) -> None:
        """Let go of what is held and of the open part."""
        self._held = []
        self._parts.abandon()

    def _flush(self) -> None:
        if self._held:
            self._parts.put(pa.Table.from_batches(self._held))
            self._held, self._rows, self._bytes = [], 0, 0
