"""From the command line into Airflow's world: its scripts run in processes of their own, never in ours."""

import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]


class NoHouse(ValueError):
    """The DAG files are not beside this package."""


def script(name: str) -> list[str]:
    """The command that starts `plugins/<name>.py` with this Python; raises `NoHouse` outside a checkout."""
    file = HOUSE / "plugins" / f"{name}.py"
    if not file.exists():
        raise NoHouse(f"{file} is missing: goldseam runs from its checkout. Next: pip install -e . in the checkout")
    return [sys.executable, str(file)]


def run(name: str, arguments: Sequence[str]) -> int:
    """Run a script to its end; it writes where our stdout goes, and Ctrl-C reaches it first. Returns its status."""
    command = [*script(name), *arguments]
    with subprocess.Popen(command, stdout=sys.stdout) as process:  # noqa: S603 our own script, no shell
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())  # a supervisor tells us alone: pass it on
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue  # the terminal told the script too; it stops in its own order
