"""What a step reads and writes, counted at the warehouse's own doors. Used by `measure` alone."""

import functools
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import stopwatch
from stopwatch import Stopwatch

# module of mining_tasks, functions whose seconds are MLflow's
EXPERIMENTS = {
    "experiments.champion": ("before", "decide", "in_force"),
    "experiments.load": ("trained",),
    "experiments.store": ("client", "experiment", "mlflow"),
}


class Tally:
    """Rows by place: what was opened and what was made since the step began."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        self._read: dict[str, int] = {}
        self._made: dict[str, tuple[str, int, int]] = {}

    def read(self, place: str, rows: int) -> None:
        """Rows lie open; the same place twice counts once, and what the step made itself is no input."""
        if place not in self._made:
            self._read[place] = max(rows, self._read.get(place, 0))

    def made(self, place: str, table: str, rows: int, size: int) -> None:
        self._made[place] = (table, rows, size)

    def facts(self) -> dict[str, Any]:
        """rows_in, rows_out, and of each table made its rows and bytes."""
        tables = {table: {"rows": rows, "bytes": size} for table, rows, size in self._made.values()}
        out = sum(rows for _, rows, _ in self._made.values())
        return {"rows_in": sum(self._read.values()), "rows_out": out, "tables": tables}


def installed(watch: Stopwatch) -> Tally:
    """Count at the doors of the warehouse and of MLflow from now on, in this process."""
    counts = Tally()
    _count_warehouse(counts)
    _count_checks(watch)
    _count_experiments(watch)
    watch.watch_imports()
    return counts


def _count_warehouse(counts: Tally) -> None:
    from mining_tasks.warehouse import accept, engine, landing, shelf, unsealed

    def shown(_result: Any, _connection: Any, part: Any, *_name: Any) -> None:
        counts.read(str(part.folder), part.rows)

    def opened(_result: Any, part: Any) -> None:
        counts.read(str(part.folder), part.rows)

    def landed(found: Any, *_address: Any) -> None:
        counts.read(found.address, found.rows + found.faults)

    def completed(_result: Any, made: Any) -> None:
        rows = made.rows + made.faults
        counts.read(made.address + " at the source", rows)
        size = sum(file.stat().st_size for file in made.folder.iterdir())
        counts.made(made.address, made.table.name, rows, size)

    def drafted(_result: Any, made: Any, *_reads: Any) -> None:
        rows, size = sum(entry.rows for entry in made.entries), sum(entry.bytes for entry in made.entries)
        counts.made(str(made.folder), made.table.name, rows, size)

    def placed(part: Any, *_draft: Any) -> None:
        counts.made(str(part.folder), part.table.name, part.rows, part.bytes)

    _after(engine, "show", shown)
    _after(unsealed, "show", shown)
    _after(shelf.Partition, "_dataset", opened)
    _after(landing, "opened", landed)
    _after(landing.Landing, "_complete", completed)
    _after(shelf.Drafting, "close", drafted)
    _after(accept, "place", placed)


def _after(owner: Any, name: str, told: Callable[..., None]) -> None:
    """Let `told` hear each result of a function with its arguments; raises AttributeError if there is no such one."""
    work = getattr(owner, name)

    @functools.wraps(work)
    def heard(*args: Any, **kwargs: Any) -> Any:
        result = work(*args, **kwargs)
        told(result, *args, **kwargs)
        return result

    setattr(owner, name, heard)


def _count_checks(watch: Stopwatch) -> None:
    from mining_tasks.warehouse import keep_promises

    keep_promises._seen_by_gx = watch.wrapped(keep_promises._seen_by_gx, stopwatch.CHECKS)


def _count_experiments(watch: Stopwatch) -> None:
    from importlib import import_module

    from mining_tasks.experiments import load, log

    for module, names in EXPERIMENTS.items():
        owner = import_module(f"mining_tasks.{module}")
        for name in names:
            setattr(owner, name, watch.wrapped(getattr(owner, name), stopwatch.EXPERIMENTS))
    for name in ("params", "metrics", "figure", "facts", "text", "model"):
        setattr(log.Run, name, watch.wrapped(getattr(log.Run, name), stopwatch.EXPERIMENTS))
    setattr(load.Trained, "estimator", watch.wrapped(load.Trained.estimator, stopwatch.EXPERIMENTS))  # noqa: B010 a method
    log.run = _timed_ends(log.run, watch)


def _timed_ends(opening: Callable[..., AbstractContextManager[Any]], watch: Stopwatch) -> Callable[..., Any]:
    """A context manager whose beginning and end are MLflow's seconds; what happens inside is the room's."""

    class Timed(AbstractContextManager[Any]):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            self._run = opening(*args, **kwargs)

        def __enter__(self) -> Any:
            with watch.spent(stopwatch.EXPERIMENTS):
                return self._run.__enter__()

        def __exit__(self, *fault: Any) -> bool | None:
            with watch.spent(stopwatch.EXPERIMENTS):
                return self._run.__exit__(*fault)

    return Timed
