"""One small shop at the end of its first night, made once for all workers; each test goes on from a copy of its own."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mining_tasks.demo import datasets
from mining_tasks.warehouse.home import Home
from tests.night import homes
from tests.night.walk import walk


@pytest.fixture(scope="session")
def real_data() -> None:
    """The packages that the demo shop is made from; without them there is nothing to run on."""
    try:
        datasets.complete_journey(), datasets.febrl()
    except datasets.DataMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all test workers of this run see."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def first_night(real_data: None, shared: Path) -> Path:
    """A small shop's home, its first night published; to be copied only."""
    home = shared / "first-night"
    with only_one(shared / "first-night.lock"):
        if not (home / "published.duckdb").exists():
            with homes.opened(homes.make(home)):
                walked = walk(homes.FIRST)
            assert walked.is_green, walked.told()
    return home


@pytest.fixture
def after_first_night(first_night: Path, tmp_path: Path) -> Home:
    """A home of the test's own, at the end of the first night."""
    return homes.copied(first_night, tmp_path / "home")


@contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """One worker at a time."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
