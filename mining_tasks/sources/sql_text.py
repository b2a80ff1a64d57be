"""Rows of a statement as batches of text, exactly as the database holds them, in bounded memory."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, TypeAlias

import pyarrow as pa
import sqlalchemy as sa
from pyarrow import csv
from sqlalchemy.sql.elements import ColumnElement

BATCH_ROWS = 50_000
FETCH_ROWS = 1_000  # taken from SQLite at once: more small objects than a cache holds cost half as much again
COPY_BYTES = 8 * 1024 * 1024  # parsed while the next block arrives: two blocks and their Arrow form are in memory
Batch: TypeAlias = pa.RecordBatch | Mapping[str, Sequence[str | None]]


def plain(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """For drivers whose values we spell ourselves."""
    return column


def postgres_text(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """COPY spells every type exactly, except that it shortens booleans to t and f."""
    return sa.cast(column, sa.Text) if isinstance(column.type, sa.Boolean) else column


def sqlite_text(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """By the type of each value; SQLite casts reals to 15 digits, so those that need more get 17, which is exact."""
    text = sa.cast(column, sa.Text)
    short_is_exact = sa.cast(text, sa.REAL) == sa.type_coerce(column, sa.REAL)
    real = sa.case((short_is_exact, text), else_=sa.func.printf("%!.17g", column))
    as_hex = sa.literal("\\x").concat(sa.func.lower(sa.func.hex(column)))
    by_type = {"text": column, "integer": text, "real": real, "blob": as_hex}
    return sa.case(by_type, value=sa.func.typeof(column))  # a simple CASE: typeof is asked once a value


def postgres_batches(connection: sa.Connection, rows: sa.Select[Any]) -> Iterator[Batch]:
    """COPY … TO STDOUT as CSV, read by Arrow: NULL and '' stay apart, nothing is guessed."""
    from psycopg import sql  # an extra: only shops on Postgres need it

    compiled = rows.compile(dialect=connection.dialect)
    names = [column.name for column in rows.selected_columns]
    statement = sql.SQL("COPY ({}) TO STDOUT (FORMAT csv)").format(sql.SQL(compiled.string))  # type: ignore[arg-type]
    cursor = connection.connection.driver_connection.cursor()  # type: ignore[union-attr]
    with cursor, ThreadPoolExecutor(1) as parser, cursor.copy(statement, compiled.params) as copy:
        parsing: Future[pa.RecordBatch] | None = None
        for block in _blocks(copy):
            arrived = parser.submit(_parsed, block, names)
            if parsing is not None:
                yield parsing.result()
            parsing = arrived
        if parsing is not None:
            yield parsing.result()


def _blocks(copy: Any) -> Iterator[bytearray]:
    """Whole rows, joined to blocks: the server sends one row a message."""
    block = bytearray()
    for row in copy:  # taken over at once: a list of the driver's small buffers costs three times as much
        block += row
        if len(block) >= COPY_BYTES:
            yield block
            block = bytearray()
    if block:
        yield block


def _parsed(block: bytearray, names: list[str]) -> pa.RecordBatch:
    table = csv.read_csv(
        pa.BufferReader(pa.py_buffer(block)),
        csv.ReadOptions(use_threads=False, column_names=names, block_size=len(block) + 1),
        csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )
    return table.combine_chunks().to_batches()[0]


def sqlite_batches(connection: sa.Connection, rows: sa.Select[Any]) -> Iterator[Batch]:
    """Bytes from the driver, checked as UTF-8 by Arrow; what is not UTF-8 goes on to be set aside."""
    names = [column.name for column in rows.selected_columns]
    driver: Any = connection.connection.driver_connection
    compiled = rows.compile(dialect=connection.dialect)
    cursor = driver.cursor()
    before, driver.text_factory = driver.text_factory, bytes
    try:
        cursor.execute(compiled.string, [compiled.params[name] for name in compiled.positiontup or ()])
        fetched = iter(lambda: cursor.fetchmany(FETCH_ROWS), [])
        yield from _gathered(_decoded(names, list(zip(*found, strict=True))) for found in fetched)
    finally:
        driver.text_factory = before
        cursor.close()


def _decoded(names: list[str], columns: list[tuple[bytes | None, ...]]) -> Batch:
    try:
        arrays = [pa.array(column, pa.binary()).cast(pa.string()) for column in columns]
    except pa.ArrowInvalid:
        texts = [[v if v is None else v.decode("utf-8", "surrogateescape") for v in column] for column in columns]
        return dict(zip(names, texts, strict=True))
    return pa.record_batch(arrays, names)


def _gathered(batches: Iterator[Batch]) -> Iterator[Batch]:
    """The same rows in the same order, small Arrow batches joined to larger ones."""
    held: list[pa.RecordBatch] = []
    for batch in batches:
        is_arrow = isinstance(batch, pa.RecordBatch)
        if is_arrow:
            held.append(batch)
        if held and (not is_arrow or len(held) * FETCH_ROWS >= BATCH_ROWS):
            yield pa.concat_batches(held)
            held = []
        if not is_arrow:
            yield batch
    if held:
        yield pa.concat_batches(held)


def generic_batches(connection: sa.Connection, rows: sa.Select[Any]) -> Iterator[Batch]:
    """A server-side cursor where the driver has one; values spelt exactly by us."""
    names = [column.name for column in rows.selected_columns]
    found = connection.execution_options(stream_results=True, yield_per=BATCH_ROWS).execute(rows)
    for part in found.partitions():
        columns = zip(*part, strict=True)
        yield dict(zip(names, [[spelt(value) for value in column] for column in columns], strict=True))


def spelt(value: Any) -> str | None:
    """A driver's value as text that loses nothing."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return "\\x" + bytes(value).hex()
    if isinstance(value, Decimal):
        return format(value, "f")  # a contract takes no exponents
    return repr(value) if isinstance(value, float) else str(value)
