"""Small silos that several tests of sources read."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mining_tasks.demo.server import Server
from mining_tasks.warehouse.home import Home
from tests.sources.rest_silos import connection, contact, crm_server, desk_server, review


@pytest.fixture
def crm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shop_home: Home) -> Iterator[Server]:
    """A CRM of ten contacts on four pages."""
    with crm_server(tmp_path, *(contact(n) for n in range(10))) as server:
        monkeypatch.setenv("AIRFLOW_CONN_SMALL_SILO", connection(server))
        yield server


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shop_home: Home) -> Iterator[Server]:
    """A desk of ten reviews on four pages."""
    with desk_server(tmp_path, *(review(n) for n in range(10))) as server:
        monkeypatch.setenv("AIRFLOW_CONN_SMALL_SILO", connection(server))
        yield server


@pytest.fixture
def drops(tmp_path: Path, shop_home: Home) -> Path:
    """The folder into which files are dropped."""
    folder = tmp_path / "drops"
    folder.mkdir()
    return folder
