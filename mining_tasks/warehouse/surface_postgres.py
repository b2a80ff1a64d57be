"""The analysts' Postgres: runs are loaded side by side, one pointer row a table says which of them readers see."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pyarrow as pa
import pyarrow.csv as pc
import sqlalchemy as sa
from psycopg import sql

import expectations
from expectations.speak import ddl
from mining_tasks.warehouse import shelf, surface_postgres_schema
from mining_tasks.warehouse.home import home
from mining_tasks.warehouse.milestones import reached
from mining_tasks.warehouse.shelf import Partition
from mining_tasks.warehouse.surface_current import Published
from mining_tasks.warehouse.surface_postgres_schema import DATA

BATCH_ROWS = 10_000  # a few MB of CSV at a time, whatever the table holds
POINTING = 7_240_003  # PostgreSQL's lock while pointers move: one process at a time


class RowsLost(RuntimeError):
    """Postgres took another number of rows than the partition has; nothing of it was kept."""


@contextmanager
def connected(url: str) -> Iterator[psycopg.Connection]:
    """A connection to the surface, by SQLAlchemy URL; every statement is its own transaction unless one is begun."""
    plain = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True, application_name="goldseam") as connection:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection


def load(url: str, parts: Sequence[Partition], run_id: str) -> None:
    """Load a family's partitions under its run id; readers do not see them. A run that is there stays as it is."""
    with connected(url) as connection:
        surface_postgres_schema.build(connection)
        surface_postgres_schema.claim(connection, home().identity())
        for part in parts:
            surface_postgres_schema.build_table(connection, part.table)
            if _load(connection, part, run_id):
                connection.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(DATA, part.table.name)))
            reached(f"loaded {part.table.name}")


def _load(connection: psycopg.Connection, part: Partition, run_id: str) -> bool:
    """Copy the rows and note the load in one transaction; False if the run was loaded before."""
    with connection.transaction():
        # Who loads the same run at the same time waits here, then finds it loaded. A new time keeps it from being
        # tidied up between this load and the pointer's move.
        noted = connection.execute(
            "INSERT INTO goldseam_data.loads AS l (table_name, run_id, rows) VALUES (%s, %s, %s)"
            " ON CONFLICT (table_name, run_id) DO UPDATE SET loaded_at = now() RETURNING (l.xmax = 0)",
            [part.table.name, run_id, part.rows],
        ).fetchone()
        is_new = bool(noted and noted[0])
        if is_new:
            rows = _copy(connection, part, run_id)
            if rows != part.rows:
                raise RowsLost(f"{part.table.name}: {part.rows:,} rows sent, {rows:,} arrived in Postgres")
        reached(f"before committing load of {part.table.name}")
    return is_new


def _copy(connection: psycopg.Connection, part: Partition, run_id: str) -> int:
    names = [column.name for column in part.table.columns]
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(
        sql.Identifier(DATA, part.table.name), sql.SQL(", ").join(map(sql.Identifier, [*names, ddl.RUN_ID]))
    )
    try:
        with connection.cursor() as cursor:
            with cursor.copy(statement) as copy:
                for batch in part.batches(names, BATCH_ROWS):
                    copy.write(_csv(batch, run_id))
            return cursor.rowcount
    except (psycopg.DataError, psycopg.IntegrityError) as fault:
        kind = f"{type(fault).__name__} {fault.sqlstate}"  # its message and details would show values
        raise RowsLost(f"{part.table.name}: Postgres refused the rows of run {run_id} ({kind})") from None


def _csv(batch: pa.RecordBatch, run_id: str) -> memoryview:
    """Rows as CSV: texts always quoted, so that an empty text and a missing one stay apart."""
    tagged = pa.table([*batch.columns, pa.repeat(run_id, batch.num_rows)], names=[*batch.schema.names, ddl.RUN_ID])
    buffer = io.BytesIO()
    pc.write_csv(tagged, buffer, pc.WriteOptions(include_header=False))
    return buffer.getbuffer()


def point(url: str, families: Sequence[Published]) -> None:
    """Let readers of every family see its published run: all pointers move in one transaction.

    Runs that Postgres lacks are loaded first: a server that is new, was restored, or was tidied up.
    """
    with connected(url) as connection:
        surface_postgres_schema.build(connection)
        surface_postgres_schema.claim(connection, home().identity())
        known = [published for published in families if _is_promised(published)]
        _load_missing(url, connection, known)
        for published in known:
            for table in published.tables:
                surface_postgres_schema.build_view(connection, expectations.table(table.name))
        reached("before pointing Postgres")
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", [POINTING])
            for published in known:
                _point(connection, published)
            reached("before committing Postgres pointers")


def _is_promised(published: Published) -> bool:
    """A family that our contracts no longer know keeps what its readers see."""
    return all(table.name in expectations.tables() for table in published.tables)


def _load_missing(url: str, connection: psycopg.Connection, families: Sequence[Published]) -> None:
    loaded = set(connection.execute("SELECT table_name, run_id FROM goldseam_data.loads").fetchall())
    for published in families:
        if not {(table.name, published.run_id) for table in published.tables} <= loaded:
            folders = [(home().warehouse / table.folder).relative_to(home().path) for table in published.tables]
            load(url, [shelf.opened(str(folder)) for folder in folders], published.run_id)


def _point(connection: psycopg.Connection, published: Published) -> None:
    facts = [published.family, published.night, published.run_id, published.data_as_of, published.is_stale]
    facts += [published.is_marked_stale, published.why_stale, published.published_at]
    for table in published.tables:
        connection.execute(
            "INSERT INTO goldseam_data.pointers AS p (table_name, rows_count, family, night, run_id, data_as_of,"
            " is_stale, is_marked_stale, why_stale, published_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
            " ON CONFLICT (table_name) DO UPDATE SET (rows_count, family, night, run_id, data_as_of, is_stale,"
            " is_marked_stale, why_stale, published_at) = (excluded.rows_count, excluded.family, excluded.night,"
            " excluded.run_id, excluded.data_as_of, excluded.is_stale, excluded.is_marked_stale, excluded.why_stale,"
            " excluded.published_at) WHERE p IS DISTINCT FROM excluded",
            [table.name, table.rows, *facts],
        )


def forget(url: str, older_than: timedelta, keep: int) -> int:
    """Delete runs that no pointer names, beyond the `keep` newest of a table; returns how many.

    Readers with an older snapshot still see them: rows are deleted, not truncated.
    """
    with connected(url) as connection:
        surface_postgres_schema.build(connection)
        surface_postgres_schema.claim(connection, home().identity())
        found = connection.execute(
            "SELECT table_name, run_id FROM (SELECT l.*, row_number() OVER (PARTITION BY table_name"
            " ORDER BY loaded_at DESC, run_id) AS place FROM goldseam_data.loads AS l) AS ranked"
            " WHERE place > %s AND loaded_at < now() - %s AND NOT EXISTS (SELECT FROM goldseam_data.pointers AS p"
            " WHERE p.table_name = ranked.table_name AND p.run_id = ranked.run_id)",
            [keep, older_than],
        ).fetchall()
        return sum(_forget(connection, str(table), str(run_id), older_than) for table, run_id in found)


def _forget(connection: psycopg.Connection, table: str, run_id: str, older_than: timedelta) -> int:
    """Delete one run, unless somebody loaded it again meanwhile."""
    with connection.transaction():
        gone = connection.execute(
            "DELETE FROM goldseam_data.loads WHERE table_name = %s AND run_id = %s AND loaded_at < now() - %s",
            [table, run_id, older_than],
        ).rowcount
        if gone:
            rows = sql.SQL("DELETE FROM {} WHERE run_id = %s").format(sql.Identifier(DATA, table))
            connection.execute(rows, [run_id])
    return gone
