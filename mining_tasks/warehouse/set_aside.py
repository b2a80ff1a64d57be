"""The files of quarantine: one per table and night, replaced whole, holding each row as it was received, sealed.

A row that came apart may hold anything anywhere: so the rows of every table are sealed, one by one, with the vault key.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

import expectations
from expectations.words import Table
from mining_tasks.warehouse import durable, engine, parquet, sealed
from mining_tasks.warehouse.home import home
from mining_tasks.warehouse.judging import Terms

FILE = "rows.parquet"
COLUMNS = pa.schema(
    [
        pa.field("position", pa.string()),  # where the source holds the row
        pa.field("row", pa.string()),  # sealed JSON of its text columns; of what has no columns the raw text
        pa.field("reason", pa.string()),  # everything that is wrong with it
        pa.field("code", pa.string()),  # the first reason on the day it arrived: what counts are kept by
        pa.field("is_row", pa.bool_()),  # false: raw text, which no replay can convert
    ]
)


def file_of(table: Table, night: date) -> Path:
    """Where the set-aside rows of a table and night lie; there need be no such file."""
    return home().quarantine / table.name / f"night={night}" / FILE


def files(night: date | None = None) -> Iterator[tuple[Table, date, Path]]:
    """Every table and night with rows in quarantine, in order; one night's if given."""
    for path in sorted(home().quarantine.glob(f"*/night={night or '*'}/{FILE}")):
        yield expectations.table(path.parts[-3]), date.fromisoformat(path.parts[-2][6:]), path


def replace(terms: Terms, delivered: tuple[str, ...], batches: Iterable[pa.RecordBatch]) -> int:
    """Let these rows, in `COLUMNS`, be all that is in quarantine for the night; returns how many there are."""
    target = file_of(terms.table, terms.night)
    target.parent.mkdir(parents=True, exist_ok=True)
    told = {"zone": terms.zone, "derived": dict(terms.derived), "delivered": delivered}
    beside = durable.beside(target)
    try:
        rows = _sealed(terms.table, batches)
        count = parquet.write(beside, rows, COLUMNS.with_metadata({"terms": json.dumps(told, sort_keys=True)}))
        if count:
            beside.replace(target)
        else:
            target.unlink(missing_ok=True)
    finally:
        beside.unlink(missing_ok=True)
    durable.flush(target.parent)
    return count


def terms_of(table: Table, night: date) -> tuple[Terms, tuple[str, ...]]:
    """The terms under which the rows were received, and which columns the source delivered."""
    told = json.loads(pq.read_schema(file_of(table, night)).metadata[b"terms"])
    return Terms(table, night, told["zone"], told["derived"]), tuple(told["delivered"])


def show(connection: duckdb.DuckDBPyConnection, table: Table, night: date) -> None:
    """Make a quarantine file visible as `quarantine`, unsealed, with the number of each row in the file as `id`."""
    engine.require_private(connection)
    found = rows(table, night)
    connection.register("quarantine", found.append_column("id", pa.array(map(str, range(found.num_rows)), pa.string())))


def rows(table: Table, night: date) -> pa.Table:
    """What is in quarantine, in `COLUMNS`, the rows unsealed; raises `HomeMissing` or `WrongKey` without the key."""
    found = pq.read_table(file_of(table, night), columns=COLUMNS.names)
    told = sealed.opened_texts(found["row"].to_pylist(), _places(table, found))
    return found.set_column(1, COLUMNS.field("row"), pa.array(told, pa.string())).cast(COLUMNS)


def _sealed(table: Table, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        told = sealed.texts(batch["row"].to_pylist(), _places(table, batch))
        yield batch.set_column(batch.schema.get_field_index("row"), "row", pa.array(told, pa.string()))


def _places(table: Table, found: pa.Table | pa.RecordBatch) -> list[str]:
    return [f"quarantine {table.name} {position}" for position in found["position"].to_pylist()]


def counts(table: Table, night: date) -> dict[str, int]:
    """Rows now in quarantine by reason."""
    path = file_of(table, night)
    if not path.exists():
        return {}
    codes = pq.read_table(path, columns=["code"])["code"].value_counts()
    return dict(sorted((entry["values"], entry["counts"]) for entry in codes.to_pylist()))
