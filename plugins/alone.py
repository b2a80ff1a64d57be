"""One Airflow at a time in a home: a scheduler would take over the runs of a night that another process works on."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class InUse(RuntimeError):
    """Another process runs this home's Airflow."""


@contextmanager
def alone(home: Path, who: str) -> Iterator[None]:
    """Hold the home's Airflow while the block runs; it falls with the process. Raises `InUse`, and says who has it."""
    file = home / "airflow" / "in-use"
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InUse(
                f"{os.read(handle, 200).decode()} is at work in {home}. Next: wait for it, or stop it"
            ) from None
        os.truncate(handle, 0)
        os.write(handle, f"{who} (process {os.getpid()})".encode())
        yield
    finally:
        os.close(handle)
