"""One small demo for each worker, and clients that page through its silos as an extractor would."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from mining_tasks.demo import datasets
from mining_tasks.demo.prepare import prepare
from mining_tasks.demo.server import Server
from mining_tasks.demo.silos import crm, desk
from tests.demo.silos import LOGIN, TOKEN, Rows


@pytest.fixture(scope="session", autouse=True)
def _data() -> None:
    try:
        datasets.complete_journey(), datasets.febrl()
    except datasets.DataMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def small(_data: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the demo of 120 households; to be read only."""
    home = tmp_path_factory.mktemp("small")
    prepare(home, limit_households=120)
    return home


@pytest.fixture(scope="session")
def shop_rows(small: Path) -> Rows:
    """Asks the small shop's database."""

    def rows(sql: str, *params: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(small / "demo" / "shop.db")) as shop:
            return shop.execute(sql, params).fetchall()

    return rows


@pytest.fixture
def crm_server(small: Path) -> Iterator[Server]:
    """The small CRM, served by this process."""
    with crm(small / "demo" / "crm.db", TOKEN) as server:
        yield server


@pytest.fixture
def desk_server(small: Path) -> Iterator[Server]:
    """The small desk, served by this process."""
    with desk(small / "demo" / "desk.db", (LOGIN, TOKEN)) as server:
        yield server


@pytest.fixture
def ask_crm(crm_server: Server) -> Iterator[httpx.Client]:
    """A client with the right token."""
    with httpx.Client(base_url=crm_server.url, headers={"Authorization": f"Bearer {TOKEN}"}) as client:
        yield client


@pytest.fixture
def ask_desk(desk_server: Server) -> Iterator[httpx.Client]:
    """A client with the right login."""
    with httpx.Client(base_url=desk_server.url, auth=(LOGIN, TOKEN)) as client:
        yield client
