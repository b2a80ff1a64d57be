"""A small planted shop, made once, and its last night as a score sees it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mining_tasks.demo import sight
from mining_tasks.demo.planted.plant import plant
from mining_tasks.demo.planted.ready import CAMPAIGNS
from mining_tasks.demo.sight import Sight
from mining_tasks.warehouse.home import Home
from tests.demo.ahead.told import KNOWN, NIGHT, WORLD


@pytest.fixture(scope="session")
def ahead_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that holds the truth of the shop, and its limits."""
    home = tmp_path_factory.mktemp("ahead") / "home"
    plant(WORLD, home / "demo")
    (home / "sources.toml").write_text('[shop]\ntimezone = "Europe/Berlin"\n')
    (home / "campaigns.toml").write_text(CAMPAIGNS.read_text(encoding="utf-8"))
    return home


@pytest.fixture
def seen(ahead_shop: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sight]:
    """The last night, with every account at the customer that is its person."""
    for name in ("GOLDSEAM_LEDGER_URL", "GOLDSEAM_POSTGRES_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GOLDSEAM_HOME", str(ahead_shop))
    Home(ahead_shop).make_keys()
    with sight.sight(NIGHT) as found:
        for name, sql in KNOWN.items():
            found.connection.register(name, found.connection.sql(sql).to_arrow_table())
        yield found
