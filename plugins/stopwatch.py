"""Where a step's seconds go that are not its work: imports, Great Expectations, MLflow. Used by `measure` alone."""

import builtins
import functools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

IMPORTS, CHECKS, EXPERIMENTS = "imports_s", "great_expectations_s", "mlflow_s"
CHECKER = "check"  # the thread in which promises are checked while the step waits (warehouse.deadline)


class Stopwatch:
    """Seconds by kind, each second counted once: what begins inside another kind stops that one's clock."""

    def __init__(self) -> None:
        self._spent: dict[str, float] = {}
        self._open: list[str] = []
        self._since = 0.0
        self._lock = threading.Lock()
        self._step: int | None = None
        self._within = threading.local()

    def begin(self) -> None:
        """A step begins, in this thread."""
        with self._lock:
            self._spent.clear()
            self._open.clear()
            self._step = threading.get_ident()

    def seconds(self) -> dict[str, float]:
        """Seconds of the present step by kind."""
        with self._lock:
            return {kind: round(self._spent.get(kind, 0.0), 4) for kind in (IMPORTS, CHECKS, EXPERIMENTS)}

    @contextmanager
    def spent(self, kind: str) -> Iterator[None]:
        """Count the block's seconds as of this kind, if it runs in the step's own thread or in the checker's."""
        if not self._is_ours():
            yield
            return
        self._switch(lambda: self._open.append(kind))
        try:
            yield
        finally:
            self._switch(lambda: self._open and self._open.pop())

    def _is_ours(self) -> bool:
        return threading.get_ident() == self._step or threading.current_thread().name == CHECKER

    def _switch(self, change: Callable[[], Any]) -> None:
        with self._lock:
            now = time.perf_counter()
            if self._open:
                kind = self._open[-1]
                self._spent[kind] = self._spent.get(kind, 0.0) + now - self._since
            self._since = now
            change()

    def wrapped(self, work: Callable[..., Any], kind: str) -> Callable[..., Any]:
        """The function, its seconds counted as of this kind."""

        @functools.wraps(work)
        def timed(*args: Any, **kwargs: Any) -> Any:
            with self.spent(kind):
                return work(*args, **kwargs)

        return timed

    def watch_imports(self) -> None:
        """Count every import from now on: the outermost one of each thread, with all that it imports in turn."""
        importing = builtins.__import__

        @functools.wraps(importing)
        def timed(*args: Any, **kwargs: Any) -> Any:
            if getattr(self._within, "an_import", False):
                return importing(*args, **kwargs)
            self._within.an_import = True
            try:
                with self.spent(IMPORTS):
                    return importing(*args, **kwargs)
            finally:
                self._within.an_import = False

        builtins.__import__ = timed
