"""Any SQL database as a silo: one snapshot for all its tables, streamed as text, counted at the source."""

import logging
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from mining_tasks.sources import sql_text
from mining_tasks.sources.connections import Connection, connection
from mining_tasks.sources.faults import NoConnection, Refused, SilentSource
from mining_tasks.sources.settings import Mapped, Silo
from mining_tasks.sources.sql_select import AsText, Reading, SqliteReading, found_types, unmapped
from mining_tasks.sources.sql_text import Batch
from mining_tasks.sources.window import Window
from mining_tasks.warehouse.landing import Landing

CONNECT_SECONDS = 10
SAYS_NO = (
    *("password authentication failed", "no pg_hba.conf entry", "permission denied", "Access denied", "Login failed"),
    *("ORA-01017", "ORA-01031", "not authorized"),
)
SAFE_TO_TELL = {"OperationalError", "InterfaceError", "InsufficientPrivilege"}
log = logging.getLogger("goldseam.sources")


@dataclass(frozen=True)
class Dialect:
    """How one kind of database is read."""

    reading: type[Reading]
    as_text: AsText
    batches: Callable[[sa.Connection, sa.Select[Any]], Iterator[Batch]]
    is_counted: bool = True


DIALECTS = {
    "postgresql": Dialect(Reading, sql_text.postgres_text, sql_text.postgres_batches),
    "sqlite": Dialect(
        SqliteReading, sql_text.sqlite_text, sql_text.sqlite_batches, is_counted=False
    ),  # a file of ours: no network loses rows
}
ANY_DIALECT = Dialect(Reading, sql_text.plain, sql_text.generic_batches)


def extract(silo: Silo, windows: Mapping[str, Window]) -> list[str]:
    """Land every mapped table's window, all from one snapshot; returns the landings' addresses.

    Raises `SilentSource` (try again), `Refused` or `Drifted` (do not); no landing of a failed table is readable.
    """
    started = time.monotonic()
    with snapshot(silo) as database:
        return [_land(silo, mapped, windows[mapped.table.name], database, started) for mapped in silo.tables]


@contextmanager
def snapshot(silo: Silo) -> Iterator[sa.Connection]:
    """A connection that sees one state of the database throughout, and cannot write."""
    known = connection(silo.connection)
    try:
        engine = engine_of(known.sql_url)
    except (sa.exc.ArgumentError, ImportError) as fault:
        raise NoConnection(f"connection {known.id}: no driver for {known.kind!r} ({type(fault).__name__})") from None
    try:
        with engine.connect() as database:
            for statement in _manners(engine.dialect.name, silo.deadline_minutes):
                database.exec_driver_sql(statement)
            yield database
    except sa.exc.DBAPIError as fault:
        raise _told(silo, known, fault.orig) from None  # its text may hold the statement and the address
    except Exception as fault:
        if type(fault).__module__.startswith("psycopg"):  # COPY runs below SQLAlchemy
            raise _told(silo, known, fault) from None
        raise
    finally:
        engine.dispose()


def _manners(dialect: str, deadline_minutes: float) -> list[str]:
    """What begins a transaction: SQLite's driver begins none for reading; times are to come in UTC and as ISO 8601."""
    if dialect == "postgresql":
        milliseconds = max(1, int(deadline_minutes * 60_000))  # 0 would mean no limit
        settings = {"timezone": "'UTC'", "datestyle": "'ISO'", "statement_timeout": milliseconds}
        return [f"SET LOCAL {name} = {value}" for name, value in settings.items()]
    return ["BEGIN"] if dialect == "sqlite" else []


def engine_of(url: sa.URL) -> sa.Engine:
    """How a source is connected to: for reading alone, in Unicode, each connection opened when it is asked for."""
    name = url.get_backend_name()
    if name == "sqlite":
        path = Path(url.database or "").resolve()
        uri = f"{path.as_uri()}?mode=ro"  # a missing file is an error, not a new, empty shop
        open_file = lambda: sqlite3.connect(uri, uri=True, isolation_level=None)  # noqa: E731
        return sa.create_engine("sqlite://", creator=open_file, poolclass=sa.pool.NullPool)
    if name == "postgresql":
        manners = {"connect_timeout": CONNECT_SECONDS, "client_encoding": "utf8"}  # else it is the database's own
        engine = sa.create_engine(url, connect_args=manners, poolclass=sa.pool.NullPool)
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return sa.create_engine(url, poolclass=sa.pool.NullPool)


def _land(silo: Silo, mapped: Mapped, window: Window, database: sa.Connection, started: float) -> str:
    dialect = DIALECTS.get(database.dialect.name, ANY_DIALECT)
    types = found_types(database, mapped, silo.schema)
    if new := unmapped(mapped, types):
        log.info("%s: %s holds columns that are not mapped: %s", silo.name, mapped.origin, ", ".join(new))
    reading = dialect.reading(mapped, window, types, silo.schema)
    with Landing(mapped.table, window.night) as landing:
        landing.source_rows = database.scalar(reading.count()) if dialect.is_counted else None
        for batch in dialect.batches(database, reading.rows(dialect.as_text)):
            _add(landing, mapped, batch)
            if time.monotonic() - started > silo.deadline_minutes * 60:
                raise SilentSource(f"{silo.name}: not read in full within {silo.deadline_minutes:g} minutes")
    log.info("%s: %s landed, %d rows", silo.name, mapped.table.name, landing.rows)
    return landing.address


def _add(landing: Landing, mapped: Mapped, batch: Batch) -> None:
    before = landing.rows + landing.faults
    position = f"{mapped.origin}, after row {before}"
    landing.add(with_constants(batch, mapped.constants), position)


def with_constants(batch: Batch, constants: Mapping[str, str]) -> Batch:
    """The batch with columns that hold one known text in every row."""
    if isinstance(batch, Mapping):
        rows = len(next(iter(batch.values())))
        return {**batch, **{name: [text] * rows for name, text in constants.items()}}
    for name, text in constants.items():
        batch = batch.append_column(name, pa.array([text] * batch.num_rows, pa.string()))
    return batch


def _told(silo: Silo, known: Connection, fault: BaseException | None) -> Exception:
    """What the database said, if it is about the connection; else only its kind, since the text may hold values."""
    kinds = {kind.__name__ for kind in type(fault).__mro__}
    said = known.scrubbed(" ".join(str(fault).split()))[:300] if kinds & SAFE_TO_TELL else type(fault).__name__
    if any(words in said for words in SAYS_NO):
        return Refused(f"{silo.name}: connection {known.id} was refused: {said}")
    return SilentSource(f"{silo.name}: connection {known.id} failed: {said}")
