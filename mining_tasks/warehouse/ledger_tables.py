"""The ledger's tables and its transactions: one code on SQLite and PostgreSQL."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from mining_tasks.warehouse.durable import writing
from mining_tasks.warehouse.home import home

CREATING = 7_240_001  # PostgreSQL's lock while the ledger's tables are made: one process at a time
_meta = sa.MetaData()


def _table(name: str, *columns: Any) -> sa.Table:
    stamp = sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False, default=lambda: datetime.now(UTC))
    return sa.Table(name, _meta, sa.Column("fence", sa.Integer, primary_key=True, autoincrement=True), *columns, stamp)


def _text(name: str, **facts: Any) -> sa.Column[str]:
    return sa.Column(name, sa.Text, **{"nullable": False} | facts)


def _count(name: str, **facts: Any) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, **{"nullable": False, "default": 0} | facts)


def _night(name: str = "night", **facts: Any) -> sa.Column[date]:
    return sa.Column(name, sa.Date, **{"nullable": False} | facts)


# Every started attempt draws a fence number; a later one beats it (Kleppmann's fencing token).
attempts = _table("attempts", _text("subject"), _night())
acceptances = _table(
    "acceptances",
    _text("table_name"),
    _night(),
    _text("run_id"),
    _text("folder"),
    sa.Column("attempt", sa.Integer, nullable=False),
    _night("data_as_of"),
    sa.Column("is_stale", sa.Boolean, nullable=False),
    sa.Column("is_carried_over", sa.Boolean, nullable=False, default=False),
    sa.Column("is_withdrawn", sa.Boolean, nullable=False, default=False),
    _text("why", default=""),
    _count("rows"),
    _count("bytes"),
    _text("inputs", default="[]"),
    _text("code_version", default=""),
)
receipts = _table(
    "receipts",
    _text("table_name"),
    _night(),
    _count("received"),
    _count("loaded"),
    _count("quarantined"),
    _count("duplicates"),
    _text("reasons", default="{}"),
    _text("replayed", default="{}"),
)
checks = _table(
    "checks",
    _text("table_name"),
    _night(),
    _text("run_id"),
    _text("column_name", nullable=True),
    _text("promise"),
    _text("severity"),
    sa.Column("held", sa.Boolean, nullable=False),
    _count("rows"),
    _count("broken_rows", nullable=True, default=None),
)
verdicts = _table(
    "verdicts",
    _night(),
    _text("family"),
    _text("subject"),
    _text("verdict"),
    _text("reasons"),
    _text("figures"),
    _text("champion", nullable=True),
    _text("challenger", nullable=True),
)
promotions = _table(
    "promotions", _text("family"), _night(), _text("model"), _text("who"), _text("why"), _text("facts", default="{}")
)
proposals = _table(  # promotions that wait for a person
    "proposals",
    *(_text("family"), _night(), _text("model"), _text("reasons"), _text("figures"), _text("facts")),
    *(_text("answer", default=""), _text("who", default=""), _text("why", default="")),
)
overrides = _table("overrides", _text("table_name"), _night(), _text("who"), _text("why"))
looks = _table("looks", _text("customer_id"), _night(), _text("who"))  # at contact data, unmasked
publications = _table(
    "publications",
    _text("family"),
    _night(),
    _text("run_id"),
    sa.Column("attempt", sa.Integer, nullable=False),
    _text("tables"),
    _night("data_as_of"),
    sa.Column("is_stale", sa.Boolean, nullable=False),
    sa.Column("is_withdrawn", sa.Boolean, nullable=False, default=False),
)
pointers = sa.Table(
    "pointers",
    _meta,
    sa.Column("family", sa.Text, primary_key=True),
    sa.Column("publication", sa.Integer, nullable=False),
    sa.Column("night", sa.Date, nullable=False),
    sa.Column("is_stale", sa.Boolean, nullable=False, default=False),
    sa.Column("why_stale", sa.Text, nullable=False, default=""),
)


@cache
def _engine(url: str) -> sa.Engine:
    engine = sa.create_engine(url, pool_pre_ping=True)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _sqlite_manners)
        sa.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    os.register_at_fork(after_in_child=lambda: engine.dispose(close=False))  # a connection belongs to one process
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(CREATING)))
        _meta.create_all(connection)
        _add_columns(connection)
    return engine


def _add_columns(connection: sa.Connection) -> None:
    """A ledger of an earlier version gains the columns it lacks, with their defaults; nothing is ever dropped."""
    there = sa.inspect(connection)
    for table in _meta.sorted_tables:
        known = {column["name"] for column in there.get_columns(table.name)}
        for column in table.columns:
            if column.name not in known:
                words = ("ALTER TABLE", table.name, "ADD COLUMN", column.name, *_spelled(column, connection.dialect))
                connection.exec_driver_sql(" ".join(words))


def _spelled(column: sa.Column[Any], dialect: sa.Dialect) -> list[str]:
    kind = column.type.compile(dialect)
    if not isinstance(column.default, sa.ColumnDefault) or callable(column.default.arg):
        return [kind]
    value = sa.literal(column.default.arg, column.type).compile(dialect=dialect, compile_kwargs={"literal_binds": True})
    return [kind, "DEFAULT", str(value), *([] if column.nullable else ["NOT NULL"])]


def _sqlite_manners(connection: Any, _record: Any) -> None:
    """Durable, patient, and with transactions that begin when we say so (SQLAlchemy's SQLite page)."""
    connection.isolation_level = None
    connection.execute("PRAGMA busy_timeout=30000")
    _write_ahead(connection)
    connection.execute("PRAGMA synchronous=FULL")


def _write_ahead(connection: Any) -> None:
    """The mode is changed once in a ledger's life; whoever comes meanwhile is refused at once, busy timeout or not."""
    for wait in (*[0.05] * 100, None):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if wait is None:
                raise
            time.sleep(wait)


@contextmanager
def transaction() -> Iterator[sa.Connection]:
    """One transaction on the home's ledger: all of it is written, or nothing."""
    url = home().ledger_url
    with writing(Path(sa.make_url(url).database or "ledger")), _engine(url).begin() as connection:
        yield connection
