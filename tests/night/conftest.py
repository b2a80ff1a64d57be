"""Small shops at the end of their first nights, made once for all workers; each test goes on from a copy of its own."""

import fcntl
import os
from collections.abc import Callable, Iterator
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
def kept(real_data: None, shared: Path) -> Callable[..., Path]:
    """`kept(nights, households)`: the home of a shop at the end of its first nights; to be read and copied only."""

    def home_of(nights: int = 1, households: int = homes.FEW) -> Path:
        home = shared / f"{households}-households-{nights}-nights"
        with only_one(home.with_suffix(".lock")):
            if not home.with_suffix(".whole").exists():
                made = (
                    homes.copied(home_of(nights - 1, households), home) if nights > 1 else homes.make(home, households)
                )
                with homes.opened(made):
                    walked = walk(homes.NIGHTS[nights - 1])
                assert walked.is_green, walked.told()
                home.with_suffix(".whole").touch()
        return home

    return home_of


@pytest.fixture
def home_after(kept: Callable[..., Path], tmp_path: Path) -> Callable[..., Home]:
    """`home_after(1)`, `home_after(2)`: a home of the test's own to go on from, at the end of so many nights.

    `home_after(1, homes.HOUSEHOLDS)` where models are to serve: its nights cost twice as much wherever they learn.
    """
    return lambda *wanted: homes.copied(kept(*wanted), tmp_path / "home")


@pytest.fixture
def after_first_night(home_after: Callable[..., Home]) -> Home:
    """A home of the test's own, at the end of the first night, with the fewest households from which models learn."""
    return home_after(1, homes.HOUSEHOLDS)


@contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """One worker at a time."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
