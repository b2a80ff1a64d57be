"""Drafts made by hand, also of contracts that only tests know and of files that no room would write."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from expectations.speak import arrow
from expectations.words import RowPromise, Table
from mining_tasks.warehouse import vault
from mining_tasks.warehouse.checks import Check
from mining_tasks.warehouse.home import home
from mining_tasks.warehouse.sealed import SealedWriter
from mining_tasks.warehouse.shelf import FileEntry, Partition
from tests.expectations.kinds import core_tests__kinds
from tests.sample import sample

NIGHT = date(2018, 1, 1)
KINDS = core_tests__kinds
ABOUT_ROWS = [(column, promise) for column, promise in KINDS.all_promises if isinstance(promise, RowPromise)]
SENTINEL = "Zebulon.Quux@example.org"


def by_hand(table: Table, files: Sequence[pa.Table], said_rows: int | None = None) -> Partition:
    """A draft of files exactly as given; the manifest says `said_rows` where it is to lie."""
    folder = home().drafts / table.name / f"by-hand={len(list(home().drafts.glob('*/*')))}"
    folder.mkdir(parents=True)
    entries, seals = [], []
    for number, rows in enumerate(files):
        path = folder / f"part-{number}.parquet"
        if table.contact and set(table.contact) <= set(rows.column_names):
            sealed, rows = _apart(table, path, rows)
            seals += sealed
        pq.write_table(rows, path)
        counted = rows.num_rows if said_rows is None else said_rows
        entries.append(FileEntry(path.name, counted, path.stat().st_size, ""))
    return Partition(table, NIGHT, folder, "r_by_hand", NIGHT, False, tuple(entries), seals=tuple(seals))


def _apart(table: Table, path: Path, rows: pa.Table) -> tuple[list[FileEntry], pa.Table]:
    """Contact data as the shelf would seal them, and the rows without them."""
    beside = vault.folder_of(path.parent)
    beside.mkdir(parents=True, exist_ok=True)
    with SealedWriter(beside / vault.name_of(path.name), table.name) as writer:
        rest = pa.concat_tables(vault.kept_apart(table, [rows], writer))
    return [FileEntry(vault.name_of(path.name), writer.rows, 0, "")], rest


def first_file(draft: Partition) -> Path:
    return draft.files[0]


def good_rows(makers: Partition, count: int = 40) -> list[dict[str, Any]]:
    """Rows that keep every kind of promise; their references stand in `makers`."""
    return sample(KINDS, count, others={makers.table.name: makers.arrow()}).to_pylist()


def rows_of(table: Table, rows: list[dict[str, Any]]) -> pa.Table:
    """Rows in the contract's types, gaps and all."""
    return pa.Table.from_pylist(rows, schema=pa.schema([field.with_nullable(True) for field in arrow.schema(table)]))


def sentences(checks: list[Check]) -> list[str]:
    return [check.promise for check in checks]
