"""`python -m mining_tasks.demo.serve --home DIR` runs the demo's CRM and desk; `serving(home)` does so for a block."""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from threading import Event, Thread
from typing import IO
from urllib.error import URLError
from urllib.request import urlopen

from mining_tasks.demo.settings import CRM, DESK, NotTheDemo, door
from mining_tasks.demo.silos import demo_of, silos

SECONDS_TO_START = 60.0  # a busy machine needs seconds to import; who waits longer waits in vain


class NotServing(RuntimeError):
    """The demo's servers did not come up."""


@contextmanager
def serving(home: Path) -> Iterator[None]:
    """Both servers answer while the block runs: in a process of their own, or in one that serves this home already."""
    home = Path(home).resolve()
    if is_serving(home):
        yield
        return
    with TemporaryFile() as complaints:  # a pipe that nobody reads would stop the servers once it is full
        process = subprocess.Popen(  # noqa: S603  # our own module
            [sys.executable, "-m", "mining_tasks.demo.serve", "--home", str(home), "--until-stdin-closes"],
            stdin=subprocess.PIPE,
            stderr=complaints,
        )
        try:
            _wait_until_healthy(home, process, complaints)
            yield
        finally:
            process.terminate()
            process.communicate()


def is_serving(home: Path) -> bool:
    """True if both of this home's silos answer at their addresses, and are this home's."""
    demo_id = demo_of(home)
    return all(_health(door(home, name).host) == demo_id for name in (CRM, DESK))


def _wait_until_healthy(home: Path, process: subprocess.Popen[bytes], complaints: IO[bytes]) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while not is_serving(home):
        if process.poll() is not None:
            complaints.seek(0)
            last = complaints.read().decode(errors="replace").strip().splitlines()[-1:]
            raise NotServing(f"the demo's servers ended at once: {' '.join(last) or 'without a word'}")
        if time.monotonic() > deadline:
            raise NotServing(f"the demo's servers did not answer within {SECONDS_TO_START:.0f} s")
        time.sleep(0.05)


def _health(host: str) -> str | None:
    try:
        with urlopen(f"{host}/health", timeout=5) as answer:  # noqa: S310  # loopback, from our own settings
            said: str | None = json.load(answer).get("demo")
            return said
    except (URLError, OSError, ValueError):
        return None


def main() -> None:
    """Serves until SIGTERM or SIGINT, or until whoever started us is gone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="the home in which the demo was prepared")
    parser.add_argument("--until-stdin-closes", action="store_true", help="end with the process that started this")
    asked = parser.parse_args()
    over = Event()
    for kind in (signal.SIGTERM, signal.SIGINT):
        signal.signal(kind, lambda *_: over.set())
    if asked.until_stdin_closes:
        Thread(target=_wait_for_the_end_of_stdin, args=(over,), daemon=True).start()
    try:
        with silos(asked.home.resolve()):
            over.wait()
    except (OSError, NotTheDemo) as fault:
        sys.exit(str(fault))


def _wait_for_the_end_of_stdin(over: Event) -> None:
    while os.read(sys.stdin.fileno(), 1_024):  # unbuffered: a lock on sys.stdin would hinder our own end
        pass
    over.set()


if __name__ == "__main__":
    main()
