"""A cellar on each kind of ledger, and the analysts' Postgres beside it."""

from collections.abc import Iterator

import psycopg
import pytest
import sqlalchemy as sa

from mining_tasks.warehouse.home import Home


@pytest.fixture(params=["sqlite", "postgres"])
def cellar(request: pytest.FixtureRequest, shop_home: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home whose ledger lies on SQLite, and once more on PostgreSQL."""
    if request.param == "postgres":
        monkeypatch.setenv("GOLDSEAM_LEDGER_URL", request.getfixturevalue("postgres_url"))
    return shop_home


@pytest.fixture
def analysts(shop_home: Home, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[psycopg.Connection]:
    """A home with a Postgres surface; a connection to it, as its owner, each statement its own transaction."""
    monkeypatch.setenv("GOLDSEAM_POSTGRES_URL", postgres_url)
    plain = sa.make_url(postgres_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        yield connection
