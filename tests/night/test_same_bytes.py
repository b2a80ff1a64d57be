"""O7: the same night gives the same bytes, wherever it is run, and in whatever order the silos keep their rows."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mining_tasks.warehouse import ledger
from tests.night import homes, picture
from tests.night.homes import FIRST, HOUSEHOLDS, SECOND
from tests.night.walk import HOUSE

pytestmark = pytest.mark.xdist_group("same bytes")


def alone(home: Path, *nights: object, **environment: str) -> list[dict[str, Any]]:
    """Walk nights in a fresh process with that environment; what each of them accepted."""
    clean = {k: v for k, v in os.environ.items() if k not in homes.OUTSIDE}
    command = [sys.executable, "-m", "tests.night.alone", str(home), *map(str, nights)]
    said = subprocess.run(command, cwd=HOUSE, env=clean | environment, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr[-3000:]
    return list(json.loads(said.stdout.splitlines()[-1]))


def shuffled(store: Path) -> None:
    """The same rows in another order on disk: every table of a SQLite file is written again, last rows first."""
    with closing(sqlite3.connect(store)) as database:
        made = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
        indexes = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql > ''").fetchall()
        assert made
        for index, _ in indexes:
            database.execute(f"DROP INDEX {index}")
        for table, statement in made:
            database.execute(f"ALTER TABLE {table} RENAME TO former")
            database.execute(statement)
            database.execute(f"INSERT INTO {table} SELECT * FROM former ORDER BY (rowid * 7919) % 10007, rowid DESC")
            database.execute("DROP TABLE former")
        for _, statement in indexes:
            database.execute(statement)
        database.commit()


def first_rows(store: Path, table: str) -> list[tuple]:
    with closing(sqlite3.connect(store)) as database:
        return database.execute(f"SELECT * FROM {table} ORDER BY rowid LIMIT 20").fetchall()


@pytest.fixture(scope="module")
def here(kept: Callable[..., Path]) -> dict[date, dict[str, Any]]:
    """Both nights of the shop that all tests share, as this process walked them."""
    with homes.at_home(homes.Home(kept(2, HOUSEHOLDS))):
        families = {row["family"]: row["run_id"] for row in ledger.published()}
        return {night: {"tables": picture.digests(night), "families": families} for night in (FIRST, SECOND)}


@pytest.fixture(scope="module")
def elsewhere(kept: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Both nights from the very beginning, in another process, zone, locale, hash seed, and with shuffled silos."""
    path = tmp_path_factory.mktemp("elsewhere") / "home"
    homes.make(path)
    for file in ("hash.key", "vault.key", "vault/keyring.json"):
        (path / file).parent.mkdir(exist_ok=True)
        shutil.copy(kept(1, HOUSEHOLDS) / file, path / file)
    for store, table in (("shop.db", "customers"), ("crm.db", "versions"), ("desk.db", "versions")):
        before = first_rows(path / "demo" / store, table)
        shuffled(path / "demo" / store)
        assert first_rows(path / "demo" / store, table) != before, "the rows lie in another order now"
    return alone(path, FIRST, SECOND, TZ="Asia/Kathmandu", PYTHONHASHSEED="4242", LC_ALL="C.UTF-8", ALONE_THREADS="1")


def test_the_first_night_has_the_same_bytes_in_another_process_zone_locale_and_row_order(here, elsewhere):
    assert picture.differing(here[FIRST]["tables"], elsewhere[0]["tables"]) == []


def test_the_second_night_has_the_same_bytes_in_another_process_zone_locale_and_row_order(here, elsewhere):
    assert picture.differing(here[SECOND]["tables"], elsewhere[1]["tables"]) == []
    assert elsewhere[1]["families"] == here[SECOND]["families"] != elsewhere[0]["families"]


def test_a_night_run_again_with_other_threads_in_another_process_changes_nothing(here, home_after):
    varied = {"TZ": "America/St_Johns", "PYTHONHASHSEED": "7", "LC_ALL": "C", "OMP_NUM_THREADS": "2"}
    (again,) = alone(home_after(2, HOUSEHOLDS).path, SECOND, ALONE_THREADS="4", **varied)
    assert picture.differing(here[SECOND]["tables"], again["tables"]) == []
    assert here[SECOND]["families"] == again["families"]
