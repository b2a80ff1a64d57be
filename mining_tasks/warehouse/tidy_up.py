"""Tidy up: remove what no reader, no kept night and no step under way can need; everything in doubt stays."""

import shutil
import time
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

import expectations
from mining_tasks.warehouse import accept, ledger, surface_current, surfaces, vault
from mining_tasks.warehouse.home import home
from mining_tasks.warehouse.ledger_tables import acceptances, publications, transaction

GUARD = timedelta(days=2)  # longer than any step runs, any reader reads, and any retry waits
PUBLICATIONS_KEPT = 14  # a family can be rolled back over two weeks
RUNS_IN_POSTGRES = 3  # older ones are loaded again from Parquet if somebody rolls back to them
ALWAYS = 100_000  # nights
TRASH = "trash"


@dataclass(frozen=True)
class Tidied:
    """How many of each were removed: drafts, runs on the shelf, files left by crashes, runs in Postgres, and folders
    of the vault whose draft or run is gone."""

    drafts: int
    runs: int
    left_overs: int
    loads: int
    sealed: int


def tidy_up(guard: timedelta = GUARD) -> Tidied:
    """Remove drafts, runs and left-overs that are older than `guard` and that nothing names.

    Named, and kept whatever their age: what CURRENT, a pointer, one of the last publications, or the latest
    acceptance of a night within the contract's `keep_nights` says. Raises, and removes nothing, if the ledger
    cannot be read: what was committed is then unknown.
    """
    cutoff = time.time() - guard.total_seconds()
    with surfaces.alone():
        runs = _remove_runs(cutoff)
        loads = _remove_loads(guard)
    drafts = _throw_away(folder for folder in home().drafts.glob("*/*/attempt=*") if _newest_time(folder) < cutoff)
    sealed = vault.forget(cutoff)
    left = _throw_away(path for path in _left_overs() if _newest_time(path) < cutoff)
    shutil.rmtree(home().path / TRASH, ignore_errors=True)
    return Tidied(drafts, runs, left, loads, sealed)


def _remove_runs(cutoff: float) -> int:
    """Move runs out of the way while nobody can accept one; a step that comes later finds them gone and says so."""
    with transaction() as connection:
        accept.hold(connection, "acceptances")
        named = _named(connection, cutoff)
        runs = (folder for folder in home().warehouse.glob("*/night=*/run=*") if folder not in named)
        return _throw_away(folder for folder in runs if _newest_time(folder) < cutoff)


def _named(connection: sa.Connection, cutoff: float) -> set[Path]:
    """Every folder that something names."""
    told = {home().path / row["folder"] for row in _kept_acceptances(connection, cutoff)}
    tables = [table for published in _kept_publications(connection) for table in published.tables]
    return told | {home().warehouse / table.folder for table in tables}


def _kept_acceptances(connection: sa.Connection, cutoff: float) -> Iterator[ledger.Row]:
    """Of each table and kept night the latest acceptance, and every one younger than the cutoff."""
    found = connection.execute(sa.select(acceptances).order_by(acceptances.c.fence.desc())).mappings().all()
    newest = {row["table_name"]: row["night"] for row in sorted(found, key=lambda row: row["night"])}
    told = set()
    for row in found:
        key = (row["table_name"], row["night"])
        is_kept = row["night"] >= newest[row["table_name"]] - timedelta(days=_keep_nights(row["table_name"]))
        if (is_kept and key not in told) or _stamp(row["noted_at"]) >= cutoff:
            yield row
        told.add(key)


def _keep_nights(table: str) -> int:
    """How long the contract keeps a night; a table that no contract knows keeps all: that is in doubt."""
    contract = expectations.tables().get(table)
    return contract.keep_nights if contract else ALWAYS


def _stamp(noted_at: datetime) -> float:
    return (noted_at if noted_at.tzinfo else noted_at.replace(tzinfo=UTC)).timestamp()


def _kept_publications(connection: sa.Connection) -> list[surface_current.Published]:
    """What readers see by CURRENT and by the pointers, and the last publications of each family."""
    newest_first = sa.select(publications).order_by(publications.c.fence.desc())
    kept: dict[str, list[ledger.Row]] = {}
    for row in connection.execute(newest_first).mappings():
        kept.setdefault(row["family"], []).append(row)
    last = [row for rows in kept.values() for row in rows[:PUBLICATIONS_KEPT]]
    pointed = connection.execute(ledger.pointed()).mappings().all()
    of_ledger = [surface_current.of_ledger(row) for row in [*last, *pointed]]
    return [*surface_current.resolved(), *of_ledger]


def _remove_loads(guard: timedelta) -> int:
    url = home().postgres_url
    if not url:
        return 0
    from mining_tasks.warehouse.surface_postgres import forget

    return forget(url, older_than=guard, keep=RUNS_IN_POSTGRES)


def _left_overs() -> Iterator[Path]:
    """Files and folders made beside their place by a step that was cut short."""
    yield from home().warehouse.glob(".CURRENT.*")
    yield from home().warehouse.glob("*/night=*/.run=*")
    yield from home().path.glob(f".{home().published_file.name}.*")
    yield from home().quarantine.glob("*/night=*/.rows.parquet.*")
    yield from home().spill.iterdir()


def _newest_time(path: Path) -> float:
    """When the path, or what lies in it, last changed; now for one that just went."""
    try:
        inside = list(path.iterdir()) if path.is_dir() else []
        return max(each.lstat().st_mtime for each in [path, *inside])
    except FileNotFoundError:
        return time.time()


def _throw_away(paths: Iterable[Path]) -> int:
    """Rename each into the trash, at once, so that nobody finds half of it; the trash is emptied later."""
    trash = home().path / TRASH
    trash.mkdir(exist_ok=True)
    found = list(paths)
    for path in found:
        path.rename(trash / uuid.uuid4().hex)
    return len(found)
