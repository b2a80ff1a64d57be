"""What readers see of the warehouse: CURRENT over the Parquet files, a DuckDB file and a Postgres schema."""

import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb
import pyarrow as pa

from mining_tasks.warehouse import engine, ledger, surface_current, surface_duckdb
from mining_tasks.warehouse.home import home
from mining_tasks.warehouse.milestones import reached
from mining_tasks.warehouse.shelf import Partition
from mining_tasks.warehouse.surface_current import Published, PublishedTable

PATIENCE_SECONDS = 60.0  # deriving takes about a second; who waits longer waits for a frozen process
PAUSE_SECONDS = 0.02


class SurfacesBusy(RuntimeError):
    """Another process has been deriving the surfaces for too long."""


class ReadOnly(ValueError):
    """The statement would do something else than read."""


def load(parts: Sequence[Partition], run_id: str) -> None:
    """Load a family's rows into Postgres, if there is one, tagged with the run and unseen until the pointer moves.

    Loading a run again changes nothing.
    """
    if url := home().postgres_url:
        from mining_tasks.warehouse.surface_postgres import load as load_rows  # where psycopg, an extra, is needed

        load_rows(url, parts, run_id)


def derive() -> None:
    """Make every surface show what the ledger's pointers say; also after a crash in between, so call it on start.

    One process at a time: the pointers are read after the lock was taken, so that no older answer overwrites a newer.
    """
    with alone():
        families = surface_current.decided()
        reached("read pointers")
        surface_current.write(families)
        surface_duckdb.write_file(families)
        if url := home().postgres_url:
            from mining_tasks.warehouse.surface_postgres import point

            point(url, families)
    reached("derived surfaces")


@contextmanager
def alone() -> Iterator[None]:
    """Hold the lock of the surfaces, one process and thread at a time; it falls with the process that holds it."""
    handle = os.open(home().warehouse / ".deriving", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _wait_for(handle)
        yield
    finally:
        os.close(handle)


def _wait_for(handle: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise SurfacesBusy(
                    f"another process has held {home().warehouse / '.deriving'} for {PATIENCE_SECONDS:.0f} s. "
                    "Next: end that process; what it was about to do is done by the next one"
                ) from None
            time.sleep(PAUSE_SECONDS)


def tables() -> list[dict[str, Any]]:
    """Every published table as readers see it.

    Keys: family, table, night, rows, data_as_of, age_nights (from `data_as_of` to the newest night tried), is_stale,
    why_stale, run_id (the family's), files (relative to the home), published_at, verdict (of the newest night tried).
    """
    newest = ledger.newest_night()
    return [_facts(p, t, newest or p.night) for p in surface_current.resolved() for t in p.tables]


def _facts(published: Published, table: PublishedTable, newest: Any) -> dict[str, Any]:
    verdict = ledger.last_verdict(published.family, "publication")
    return {
        "family": published.family,
        "table": table.name,
        "night": published.night,
        "rows": table.rows,
        "data_as_of": published.data_as_of,
        "age_nights": max((newest - published.data_as_of).days, 0),
        "is_stale": published.is_stale,
        "why_stale": published.why_stale,
        "run_id": published.run_id,
        "files": [str(path.relative_to(home().path)) for path in table.paths],
        "published_at": published.published_at,
        "verdict": verdict["verdict"] if verdict else None,
    }


def query(sql: str, limit: int | None = None) -> pa.Table:
    """The rows of one SELECT over the published tables, and over nothing else; at most `limit`.

    Raises `ReadOnly` for any other statement. The table `published` says how old each published table is.
    """
    families = surface_current.resolved()
    if not families:
        raise ReadOnly("nothing is published yet. Next: goldseam night")
    with engine.connected(locked=True) as connection:
        statement = _only_select(connection, sql)
        surface_duckdb.show(connection, families)
        surface_duckdb.lock(connection, families)
        found = connection.sql(statement.query)
        return (found if limit is None else found.limit(limit)).to_arrow_table()


def _only_select(connection: duckdb.DuckDBPyConnection, sql: str) -> Any:
    statements = connection.extract_statements(sql)
    kinds = [str(statement.type).rpartition(".")[2] for statement in statements]
    if kinds != ["SELECT"]:
        raise ReadOnly(
            f"published tables are read-only: give one SELECT, not {' and '.join(kinds) or 'nothing'}. "
            "To work with the data, read the Parquet files that goldseam tables lists"
        )
    return statements[0]
