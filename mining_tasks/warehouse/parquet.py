"""Parquet files whose bytes depend on their rows alone: fixed row groups, fixed settings, our schema in the file."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from mining_tasks.warehouse.durable import flush, writing
from mining_tasks.warehouse.milestones import reached

ROW_GROUP = 131_072  # rows; large enough to compress well, small enough to read one in a few MB


def write(path: Path, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> int:
    """Write batches of any size to one file, flushed; returns the number of rows.

    Raises `pa.ArrowInvalid` if a value does not fit the schema, or is missing where it may not be.
    """
    return write_groups(path, regrouped(batches, schema), schema)


def write_groups(path: Path, groups: Iterable[pa.Table], schema: pa.Schema) -> int:
    """Write row groups as they come to one file, flushed; returns the number of rows."""
    total = 0
    with writing(path), pq.ParquetWriter(path, schema, compression="zstd", write_statistics=True) as writer:
        for group in groups:
            writer.write_table(group.cast(schema), row_group_size=ROW_GROUP)
            total += group.num_rows
    reached(f"before flushing {path.name}")
    flush(path)
    return total


def regrouped(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.Table]:
    """Tables of the schema and of exactly `ROW_GROUP` rows, the last one shorter, however the batches were cut."""
    waiting: list[pa.RecordBatch] = []
    count = 0
    for batch in batches:
        waiting.append(batch)
        count += batch.num_rows
        while count >= ROW_GROUP:
            table = pa.Table.from_batches(waiting)
            yield _fitted(table.slice(0, ROW_GROUP), schema)
            waiting = table.slice(ROW_GROUP).to_batches()
            count -= ROW_GROUP
    if count:
        yield _fitted(pa.Table.from_batches(waiting), schema)


def _fitted(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """The table in the schema's order and types; extra columns fall away, lacking ones raise KeyError."""
    columns = []
    for field in schema:
        column = table.column(field.name).combine_chunks()
        cast = column.cast(field.type)
        if not field.nullable and cast.null_count:
            raise pa.ArrowInvalid(f"{field.name} is missing in {cast.null_count:,} of {table.num_rows:,} rows")
        columns.append(cast)
    return pa.table(columns, schema=schema)
