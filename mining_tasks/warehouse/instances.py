"""DuckDB instances: opened with the settings asked for, and lent out again as long as they had little to do.

Opening one costs 13 ms of CPU whatever is asked of it, and a later night asks for eighty: a second on a small shop.
"""

import atexit
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb

KEPT = 2  # idle ones; each holds 5 MB
BRIEF_SECONDS = 0.1  # who had more to do is closed: it would not give back the memory it needed

Settings = dict[str, str | bool | int | float | list[str]]


@dataclass(frozen=True)
class _Instance:
    settings: Settings
    process: int  # its threads are not there in a process that was forked from this one
    opened: duckdb.DuckDBPyConnection


_idle: list[_Instance] = []
_one_at_a_time = threading.Lock()


@contextmanager
def lent(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with a database in memory, which is gone afterwards with all that was made or set in the session.

    Nobody else has the instance meanwhile. Global settings would stay: who changes any opens an instance of his own.
    """
    since = time.monotonic()
    instance = _taken(settings) or _Instance(settings, os.getpid(), duckdb.connect(config=settings))
    connection = instance.opened.cursor()
    is_well = False
    try:
        connection.execute("ATTACH ':memory:' AS lent")
        connection.execute("USE lent")
        yield connection
        connection.execute("USE memory")
        connection.execute("DETACH lent")
        is_well = time.monotonic() - since < BRIEF_SECONDS
    finally:
        connection.close()
        if is_well:
            _keep(instance)
        else:
            instance.opened.close()


def _taken(settings: Settings) -> _Instance | None:
    """The idle instance that was last used with these settings, now taken."""
    with _one_at_a_time:
        fitting = [one for one in _idle if (one.settings, one.process) == (settings, os.getpid())]
        if fitting:
            _idle.remove(fitting[-1])
        return fitting[-1] if fitting else None


def _keep(instance: _Instance) -> None:
    """Lay an instance aside for the next; those that were idle longest are closed."""
    with _one_at_a_time:
        _idle.append(instance)
    _close_all_but(KEPT)


def _close_all_but(kept: int) -> None:
    with _one_at_a_time:
        ours = [one for one in _idle if one.process == os.getpid()]
        for instance in ours[: max(len(ours) - kept, 0)]:
            _idle.remove(instance)
            instance.opened.close()


atexit.register(_close_all_but, 0)
