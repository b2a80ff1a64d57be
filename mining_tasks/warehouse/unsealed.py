"""The privileged read: partitions with their contact data. Only who needs them may import this; a house test says who.

A connection that sees them must be private (`engine.connected(private=True)`): what it spills is encrypted.
"""

from collections.abc import Iterator

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from expectations.speak import arrow
from mining_tasks.warehouse import engine, vault
from mining_tasks.warehouse.parquet import ROW_GROUP
from mining_tasks.warehouse.sealed import SealedFile
from mining_tasks.warehouse.shelf import Partition
from mining_tasks.warehouse.sql import column_list, filled, quoted


def show(connection: duckdb.DuckDBPyConnection, part: Partition, name: str = "") -> None:
    """Make a partition visible under its contract's name with all columns of the contract.

    Its contact values are held in a table of the connection, counted against its limit of memory; the open columns are
    read from their files as they are asked for.
    """
    called = name or part.table.name
    if not part.table.contact:
        return engine.show(connection, part, called)
    engine.require_private(connection)
    held = f"{called}_contact"
    _hold(connection, part, held)
    pieces = {"name": quoted(called), "held": quoted(held), "scan": engine.scan(part)}
    plain = [column.name for column in part.table.columns if column.name not in part.table.contact]
    lying = engine.lying(connection, part)
    columns = {name: engine.cell(part.table, name, lying, of="open") for name in plain}
    for name in part.table.contact:  # a file from before there was a vault holds them itself
        columns[name] = f"coalesce(held.{quoted(name)}, {engine.cell(part.table, name, lying, of='open')})"
    order = [f"{columns[column.name]} AS {quoted(column.name)}" for column in part.table.columns]
    connection.execute(filled(__file__, "unsealed.sql", columns=", ".join(order), **pieces))
    return None


def _hold(connection: duckdb.DuckDBPyConnection, part: Partition, held: str) -> None:
    """The table of a partition's contact values, by number of its file and of the row in it."""
    kinds = [pa.field("_file", pa.int64()), pa.field("_row", pa.int64())]
    contact = [arrow.schema(part.table).field(name).with_nullable(True) for name in part.table.contact]
    schema = pa.schema([*kinds, *contact])
    stream = pa.RecordBatchReader.from_batches(schema, _located(part, schema))
    connection.register(f"{held}_stream", stream)
    pieces = {"held": quoted(held), "stream": quoted(f"{held}_stream"), "columns": column_list(schema.names)}
    connection.execute(filled(__file__, "held.sql", **pieces))
    connection.unregister(f"{held}_stream")


def _located(part: Partition, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Every row of the vault that belongs to the partition, with the number of its file and its row there."""
    for number, entry in enumerate(part.entries):
        for group, rows in enumerate(_frames(part, entry.name)):
            if rows is not None:
                places = pc.add(rows.column(vault.PLACE).cast(pa.int64()), group * ROW_GROUP)
                contact = [rows.column(name) for name in part.table.contact]
                columns = [pa.repeat(pa.scalar(number, pa.int64()), rows.num_rows), places, *contact]
                yield from pa.table(columns, schema=schema).to_batches()


def _frames(part: Partition, name: str) -> Iterator[pa.Table | None]:
    file = _sealed(part, name)
    return file.frames() if file else iter(())


def _sealed(part: Partition, name: str) -> SealedFile | None:
    is_there = any(seal.name == vault.name_of(name) for seal in part.seals)
    return vault.opened(part.table, part.folder, name) if is_there else None


def batches(part: Partition) -> Iterator[pa.RecordBatch]:
    """All rows with all columns in the order of the files, a row group at a time."""
    for entry in part.entries:
        group = Whole(part, entry.name)
        with pq.ParquetFile(part.folder / entry.name) as file:
            for number in range(file.num_row_groups):
                yield from group.rows(number, file.read_row_group(number)).to_batches()


def table(part: Partition) -> pa.Table:
    """All rows with all columns, for tables that fit in memory."""
    schema = arrow.schema(part.table)
    groups = [pa.Table.from_batches([batch]).select(schema.names).cast(schema) for batch in batches(part)]
    return pa.concat_tables([schema.empty_table(), *groups])


class Whole:
    """Puts contact values back to rows of one open file."""

    def __init__(self, part: Partition, name: str) -> None:
        self._part, self._file = part, _sealed(part, name)
        self._number, self._held = -1, None

    def rows(self, group: int, rows: pa.Table, first: int = 0) -> pa.Table:
        """Rows of a row group, of which `first` is the place of the first one, with all columns of the contract.

        A column that lies in the open file keeps what it holds there, one that nobody promised stays.
        """
        held = self._frame(group)
        contact = self._part.table.contact
        if held is None:
            missing = [name for name in contact if name not in rows.column_names]
            found = {name: pa.nulls(rows.num_rows, arrow.schema(self._part.table).field(name).type) for name in missing}
        else:
            found = _spread(held.select([*contact, vault.PLACE]), first, rows.num_rows)
        return self._in_order(rows, found)

    def _frame(self, group: int) -> pa.Table | None:
        if self._file and group != self._number:
            self._number, self._held = group, self._file.frame(group)
        return self._held

    def _in_order(self, rows: pa.Table, found: dict[str, pa.Array]) -> pa.Table:
        there = dict(zip(rows.column_names, rows.columns, strict=True)) | found
        promised = [column.name for column in self._part.table.columns if column.name in there]
        order = [*promised, *(name for name in there if name not in promised)]
        fields = {field.name: field for field in (*arrow.schema(self._part.table), *rows.schema)}
        return pa.table([there[name] for name in order], schema=pa.schema([fields[name] for name in order]))


def _spread(held: pa.Table, first: int, count: int) -> dict[str, pa.Array]:
    """Columns of `count` rows from the place `first` on; missing where nothing is held."""
    where = np.full(count, -1, dtype=np.int64)
    places = held.column(vault.PLACE).to_numpy() - first
    inside = (places >= 0) & (places < count)
    where[places[inside]] = np.flatnonzero(inside)
    index = pa.array(where, mask=where < 0)
    return {name: held.column(name).take(index) for name in held.column_names if name != vault.PLACE}
