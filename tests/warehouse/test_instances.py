"""An instance of DuckDB that is lent again knows nothing of what was done on it before."""

import threading

import duckdb
import pytest

from mining_tasks.warehouse import engine, instances
from mining_tasks.warehouse.home import Home

SETTINGS: instances.Settings = {"threads": 1, "memory_limit": "100MB"}


@pytest.fixture(autouse=True)
def _none_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instances, "_idle", [])
    monkeypatch.setattr(instances, "BRIEF_SECONDS", 60.0)  # this machine may be slow


def idle() -> list[duckdb.DuckDBPyConnection]:
    return [instance.opened for instance in instances._idle]


def test_an_instance_is_lent_again_and_remembers_nothing() -> None:
    with instances.lent(SETTINGS) as connection:
        connection.execute("SET TimeZone = 'Asia/Kolkata'")
        connection.execute("CREATE TABLE made (a INTEGER)")
        connection.execute("CREATE VIEW seen AS SELECT 1 AS a")
        connection.execute("CREATE TEMP TABLE step AS SELECT 1 AS a")
    before = idle()
    with instances.lent(SETTINGS) as connection:
        assert idle() == []
        assert connection.execute("SELECT current_setting('TimeZone')").fetchall() != [("Asia/Kolkata",)]
        assert connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall() == []
        assert connection.execute("SELECT table_name FROM information_schema.tables").fetchall() == []
        connection.execute("CREATE TEMP TABLE step AS SELECT 2 AS a")
    assert idle() == before != []


def test_two_who_ask_at_once_do_not_see_each_other() -> None:
    def from_another_thread() -> None:
        with instances.lent(SETTINGS) as connection:
            seen.extend(connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall())
            seen.append("asked")

    seen: list[object] = []
    with instances.lent(SETTINGS) as connection:
        connection.execute("CREATE VIEW mine AS SELECT 1 AS a")
        thread = threading.Thread(target=from_another_thread)
        thread.start()
        thread.join()
        with instances.lent(SETTINGS) as within:
            assert within.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall() == []
    assert seen == ["asked"]
    assert len(idle()) == instances.KEPT


def test_after_a_fault_and_after_long_work_it_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(duckdb.Error), instances.lent(SETTINGS) as connection:
        connection.execute("SELECT nonsense")
    assert idle() == []
    monkeypatch.setattr(instances, "BRIEF_SECONDS", 0.0)
    with instances.lent(SETTINGS):
        pass
    assert idle() == []


def test_other_settings_and_another_process_get_an_instance_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    with instances.lent(SETTINGS):
        pass
    (first,) = idle()
    with instances.lent(SETTINGS | {"threads": 2}):
        assert idle() == [first]
    monkeypatch.setattr(instances.os, "getpid", lambda: -1)
    with instances.lent(SETTINGS):
        assert len(idle()) == 2, "one that was forked leaves its parent's alone"


def test_what_is_private_or_locked_is_never_lent_again(shop_home: Home) -> None:
    for private, locked in ((True, False), (False, True)):
        with engine.connected(private, locked) as connection:
            connection.execute("SET enable_external_access = false")
    assert idle() == []
    with engine.connected():
        pass
    assert len(idle()) == 1
