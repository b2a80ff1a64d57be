"""The home's `connections.env`: where the silos are and how we prove who we are, as Airflow reads it."""

import os
import re
import stat
from pathlib import Path

LINE = re.compile(r"(AIRFLOW_CONN_[A-Z0-9_]+|GOLDSEAM_[A-Z0-9_]+)=(.*)")


class LooseSecrets(ValueError):
    """Others on this machine can read the file that holds our secrets."""


def load(home: Path) -> None:
    """Put the home's connections into this process's environment; what is set already wins.

    Raises `LooseSecrets` if others can read the file, ValueError for a line that is no connection (by its number:
    the line itself may hold a secret).
    """
    file = home / "connections.env"
    if not file.exists():
        return
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise LooseSecrets(f"{file} can be read by others. Next: chmod 600 {file}")
    for number, line in enumerate(file.read_text().splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = LINE.fullmatch(line.strip())
        if not found:
            raise ValueError(f"{file}, line {number}: expected AIRFLOW_CONN_NAME=url or JSON")
        os.environ.setdefault(found[1], found[2])
