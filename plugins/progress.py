"""What a person sees while the night runs: one line a task with its time, and a sign of life in long steps."""

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

SIGN_OF_LIFE_SECONDS = 10
WORDS_CHARACTERS = 160
MARKS = {"success": "ok", "failed": "FAILED", "retry": "will try again"}


class Progress:
    """Writes to the terminal while everything else that is printed goes to the log file."""

    def __init__(self, terminal: TextIO) -> None:
        self.terminal = terminal
        self._dag = ""
        self._task = ""
        self._since = time.monotonic()
        self._over = threading.Event()

    @classmethod
    @contextmanager
    def over_quiet_logs(cls, log: Path) -> "Iterator[Progress]":
        """Send both output streams of this process to `log`, and show progress where stdout went before."""
        log.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.dup(1), "w", buffering=1) as terminal, log.open("w") as file:
            sys.stdout.flush()
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
            progress = cls(terminal)
            ticking = threading.Thread(target=progress._tick, daemon=True)
            ticking.start()
            try:
                yield progress
            finally:
                progress._over.set()
                ticking.join()
                sys.stdout.flush()
                os.dup2(terminal.fileno(), 1)

    def say(self, words: str) -> None:
        """One line of its own."""
        print(words, file=self.terminal)  # noqa: T201 the terminal is what this class is for

    def dag(self, name: str) -> None:
        self._dag = name

    def begins(self, task: str) -> None:
        self._task, self._since = task, time.monotonic()

    def ends(self, task: str, state: str, fault: str = "") -> None:
        self._task = ""
        self._line(task, f"{time.monotonic() - self._since:6.1f} s  {MARKS[state]} {fault}".rstrip())

    def _line(self, task: str, words: str) -> None:
        self.say(f"  {self._dag:<11} {task:<20} {words}")

    def _tick(self) -> None:
        """Say every SIGN_OF_LIFE_SECONDS of a task's own time that it is still at work."""
        while not self._over.wait(1):
            seconds = int(time.monotonic() - self._since)
            if self._task and seconds and seconds % SIGN_OF_LIFE_SECONDS == 0:
                self._line(self._task, f"{seconds:6.1f} s  so far")


def what_happened(fault: Any) -> str:
    """The fault in a line; foreign words may hold personal data or secrets, so of those only the kind."""
    kind = type(fault)
    if kind.__module__.partition(".")[0] not in ("mining_tasks", "house") or not str(fault):
        return kind.__name__
    return f"{kind.__name__}: {str(fault).splitlines()[0][:WORDS_CHARACTERS]}"


class Listener:
    """Airflow's task listener: passes what happens to tasks on to the progress display."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress

    def on_task_instance_running(self, task_instance: Any) -> None:
        self.progress.begins(task_instance.task_id)

    def on_task_instance_success(self, task_instance: Any) -> None:
        self.progress.ends(task_instance.task_id, "success")

    def on_task_instance_failed(self, task_instance: Any, error: Any) -> None:
        has_tries_left = task_instance.try_number <= task_instance.max_tries
        waits = has_tries_left and not isinstance(error, ValueError)  # the rule of `house.manners`
        self.progress.ends(task_instance.task_id, "retry" if waits else "failed", what_happened(error))


def listen(progress: Progress) -> None:
    """Show every task that this process runs from now on."""
    from airflow.listeners import hookimpl
    from airflow.sdk.listener import get_listener_manager

    for name in [name for name in vars(Listener) if name.startswith("on_")]:
        hookimpl(getattr(Listener, name))
    get_listener_manager().add_listener(Listener(progress))  # type: ignore[no-untyped-call]
