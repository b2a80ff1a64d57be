"""Keeps a few long-running processes alive, and stops them in order: each in a session of its own."""

import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

PATIENCE_SECONDS = 20.0  # measured: Airflow's processes end within 4 s of SIGTERM
RESTARTS = 5  # within RESTART_WINDOW_SECONDS; more is not bad luck
RESTART_WINDOW_SECONDS = 300.0


class DidNotStart(RuntimeError):
    """A process ended, or said nothing in time; its log says why."""


@dataclass
class Kept:
    """One process that is started again when it dies."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=RESTARTS))

    def start(self) -> None:
        """Start it; its output is added to its log."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = self._popen(log)

    def _popen(self, log: IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 our own commands, no shell
            self.command,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def wait_for(self, is_up: Callable[[], bool], seconds: float) -> None:
        """Wait until it answers; raises `DidNotStart` if it ends before, or takes longer."""
        deadline = time.monotonic() + seconds
        while not is_up():
            if not self.is_alive or time.monotonic() > deadline:
                raise DidNotStart(f"{self.name} did not start; its log says why: {self.log}")
            time.sleep(0.2)

    def restart_if_dead(self) -> bool:
        """Start it again if it died; raises `DidNotStart` if it keeps dying. True if it was started."""
        if self.is_alive:
            return False
        now = time.monotonic()
        if len(self.deaths) == RESTARTS and now - self.deaths[0] < RESTART_WINDOW_SECONDS:
            raise DidNotStart(f"{self.name} died {RESTARTS} times in a row; its log says why: {self.log}")
        self.deaths.append(now)
        self.start()
        return True

    def ask_to_stop(self) -> None:
        """Send SIGTERM; it ends in its own time."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                self.process.terminate()

    def stop(self) -> None:
        """End it and all that it started: ask, wait, insist."""
        if self.process is None:
            return
        self.ask_to_stop()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(PATIENCE_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)  # what it left behind, such as a log server
        self.process.wait()
