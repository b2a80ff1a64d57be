"""A planted shop at the end of its third night, made once; each test goes on from a copy of its own."""

from datetime import date
from pathlib import Path

import pytest

from mining_tasks.commands import init
from mining_tasks.demo.planted.ready import plant_at_home
from mining_tasks.demo.planted.world import World
from mining_tasks.warehouse.home import Home
from tests.night import homes
from tests.night.walk import walk

NIGHTS = tuple(date(2026, 10, day) for day in (24, 25, 26))  # the last three; the second has 25 hours
SHOP = World(customers=5_000, days=403, seed=1)  # what `make truth` plants


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of the planted shop after its three nights; to be read and copied only."""
    home = tmp_path_factory.mktemp("truth") / "home"
    plant_at_home(home, SHOP)
    init.complete(Home(home))
    with homes.opened(Home(home)):
        for night in NIGHTS:
            walked = walk(night)
            assert walked.is_green, walked.told()
    return home


@pytest.fixture
def shop(planted: Path, tmp_path: Path) -> Home:
    """A home of the test's own."""
    return homes.copied(planted, tmp_path / "home")
