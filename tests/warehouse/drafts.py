"""Drafts made by hand, also of contracts that only tests know and of files that no room would write."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from expectations.words import Table
from mining_tasks.warehouse.home import home
from mining_tasks.warehouse.shelf import FileEntry, Partition

NIGHT = date(2018, 1, 1)


def by_hand(table: Table, files: Sequence[pa.Table], said_rows: int | None = None) -> Partition:
    """A draft of files exactly as given; the manifest says `said_rows` where it is to lie."""
    folder = home().drafts / table.name / f"by-hand={len(list(home().drafts.glob('*/*')))}"
    folder.mkdir(parents=True)
    entries = []
    for number, rows in enumerate(files):
        path = folder / f"part-{number}.parquet"
        pq.write_table(rows, path)
        counted = rows.num_rows if said_rows is None else said_rows
        entries.append(FileEntry(path.name, counted, path.stat().st_size, ""))
    return Partition(table, NIGHT, folder, "r_by_hand", NIGHT, False, tuple(entries))


def first_file(draft: Partition) -> Path:
    return draft.files[0]
