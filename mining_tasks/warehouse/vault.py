"""The vault: one table of all contact data, sealed, in Hive folders `table=<t>/night=<n>/run=<r>/`.

The shelf splits what it writes. For each row group of an open file the vault's file of the same name has one frame: the
group's rows that hold any contact value, with the table's key and their place in the group.
"""

import shutil
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from expectations.speak import arrow
from expectations.words import Table
from mining_tasks.warehouse import durable, keyring, parquet
from mining_tasks.warehouse.home import home
from mining_tasks.warehouse.sealed import SUFFIX, SealedFile, SealedWriter

PLACE = "_place"  # of the row in its row group, from 0; no contract has a name like this
DRAFTS = "drafts"
TRASH = "trash"


def schema(table: Table) -> pa.Schema:
    """What a frame holds: the key, the row's place, and the contact columns; all but the place as in the contract."""
    fields = {field.name: field for field in arrow.schema(table)}
    chosen = [fields[name] for name in dict.fromkeys((*table.key, *table.contact))]
    return pa.schema([*chosen, pa.field(PLACE, pa.int32())])


def folder_of(folder: Path) -> Path:
    """Where the vault keeps what belongs to a folder of the shelf, a draft's or a partition's."""
    place, table, *rest = folder.relative_to(home().path).parts
    root = home().vault / DRAFTS if place == DRAFTS else home().vault
    return root.joinpath(f"table={table}", *rest)


def name_of(name: str) -> str:
    """The vault's file that belongs to an open file: `part-0.parquet.sealed`."""
    return name + SUFFIX


def require() -> str:
    """The name of the data key in use; raises `HomeMissing` or `WrongKey` before anything was written or read."""
    return keyring.current().name


def write(table: Table, path: Path, batches: Iterable[pa.RecordBatch]) -> tuple[int, int]:
    """Write rows to an open file and its contact values to the vault, if it has any; rows of the one and the other."""
    groups = parquet.regrouped(batches, arrow.schema(table))
    if not table.contact:
        return parquet.write_groups(path, groups, arrow.schema(table)), 0
    durable.make_folder(folder_of(path.parent))
    beside = folder_of(path.parent) / name_of(path.name)
    with SealedWriter(beside, table.name) as writer:
        rows = parquet.write_groups(path, kept_apart(table, groups, writer), arrow.open_schema(table))
    if not writer.rows:
        beside.unlink()
    durable.flush(beside.parent)
    return rows, writer.rows


def kept_apart(table: Table, groups: Iterable[pa.Table], writer: SealedWriter) -> Iterator[pa.Table]:
    """The groups without contact columns; what these held goes to the writer."""
    wanted = schema(table)
    for group in groups:
        places = _filled(group.select(list(table.contact)))
        told = group.select(wanted.names[:-1])
        chosen = told if len(places) == told.num_rows else told.take(places)
        writer.add(chosen.append_column(PLACE, places.cast(pa.int32())).cast(wanted))
        yield group.drop_columns(list(table.contact))


def _filled(rows: pa.Table) -> pa.Array:
    """Places of the rows in which any value is there."""
    is_filled = pc.is_valid(rows.column(0))
    for column in rows.columns[1:]:
        is_filled = pc.or_(is_filled, pc.is_valid(column))
    return pc.indices_nonzero(is_filled)


def opened(table: Table, folder: Path, name: str) -> SealedFile:
    """The vault's file that belongs to an open file; raises `Unreadable`, `HomeMissing`, `WrongKey`."""
    return SealedFile(folder_of(folder) / name_of(name), table.name)


def link(source: Path, target: Path, name: str) -> None:
    """Take over the vault's file of an open file that did not change, from one folder of the shelf to another."""
    durable.make_folder(folder_of(target))
    durable.link(folder_of(source) / name_of(name), folder_of(target) / name_of(name))


def place(draft: Path, final: Path) -> None:
    """Let an accepted partition find its values: called before the partition itself can be found."""
    if folder_of(draft).exists():
        durable.copy_folder(folder_of(draft), folder_of(final))


def forget(cutoff: float) -> int:
    """Remove folders older than the cutoff whose partition or draft is gone; how many."""
    kept = home().vault
    old = [
        folder
        for folder in [*kept.glob("table=*/night=*/*"), *kept.glob(f"{DRAFTS}/table=*/night=*/*")]
        if not shelf_of(folder).exists() and folder.lstat().st_mtime < cutoff
    ]
    for folder in old:
        (kept / TRASH).mkdir(exist_ok=True)
        folder.rename(kept / TRASH / uuid.uuid4().hex)
    shutil.rmtree(kept / TRASH, ignore_errors=True)
    return len(old)


def shelf_of(folder: Path) -> Path:
    """The folder of the shelf to which a folder of the vault belongs."""
    *place, table, night, run = folder.relative_to(home().vault).parts
    root = home().drafts if place else home().warehouse
    return root / table.removeprefix("table=") / night / run.removeprefix(".")
