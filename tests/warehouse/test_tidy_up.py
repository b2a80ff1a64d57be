"""Tidying up: what somebody may need stays, whatever its age."""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

import expectations
from mining_tasks.warehouse import accept, shelf, surfaces
from mining_tasks.warehouse.home import Home
from mining_tasks.warehouse.ledger_tables import acceptances, transaction
from mining_tasks.warehouse.tidy_up import GUARD, tidy_up
from tests.warehouse.nights import NIGHT, rows_of
from tests.warehouse.readers import by_current
from tests.warehouse.test_accept import draft, enter
from tests.warehouse.test_surfaces import publish_night_once

PERSONAS = expectations.table("pub_segments__personas")
RAW = expectations.table("raw_shop__orders")


def age(home: Home) -> None:
    """Let everything in the home, files and ledger, be older than the guard."""
    old = time.time() - 2 * GUARD.total_seconds()
    for path in home.path.rglob("*"):
        os.utime(path, (old, old))
    with transaction() as connection:
        noted = sa.func.datetime("now", "-9 days")
        connection.execute(acceptances.update().values(noted_at=noted))


def test_old_drafts_go_and_what_was_accepted_from_them_stays(shop_home: Home) -> None:
    enter(draft(1))
    age(shop_home)
    assert tidy_up().drafts == 1
    assert shelf.read(PERSONAS, NIGHT).arrow().num_rows == 12


def test_a_superseded_run_goes_and_the_run_that_readers_of_the_night_see_stays(shop_home: Home) -> None:
    enter(draft(1))
    superseded = shelf.read(PERSONAS, NIGHT)
    enter(draft(2))
    assert tidy_up().runs == 0, "a reader may still be on it"
    age(shop_home)
    assert tidy_up().runs == 1
    assert not superseded.folder.exists()
    assert shelf.read(PERSONAS, NIGHT).files[0].exists()


def test_a_night_that_the_contract_no_longer_keeps_goes(shop_home: Home) -> None:
    kept = RAW.keep_nights
    for back in (0, kept, kept + 1):
        night = NIGHT - timedelta(days=back)
        enter(shelf.draft(RAW, night, rows_of(RAW, night)))
    age(shop_home)
    assert tidy_up().runs == 1
    assert shelf.read(RAW, NIGHT - timedelta(days=kept)).files[0].exists()
    with pytest.raises(shelf.NotAccepted, match="no longer kept"):
        shelf.read(RAW, NIGHT - timedelta(days=kept + 1))


def test_what_readers_see_stays_however_old_it_is(shop_home: Home) -> None:
    publish_night_once(shop_home)
    far = NIGHT + timedelta(days=10 * PERSONAS.keep_nights)
    for table in expectations.family("segments"):
        enter(shelf.draft(table, far, rows_of(table, far)))
    age(shop_home)
    tidy_up()
    assert by_current(shop_home)[0] == "r_once"
    surfaces.derive()


def test_a_placed_run_that_nobody_accepted_yet_stays_while_it_is_young(shop_home: Home) -> None:
    part = accept.place(shelf.opened(draft(1)))
    assert tidy_up().runs == 0
    with transaction() as connection:
        accept.enter(connection, part)
    assert shelf.read(PERSONAS, NIGHT).run_id == part.run_id


def test_nothing_is_removed_when_the_ledger_cannot_be_read(
    shop_home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    enter(draft(1))
    enter(draft(2))
    age(shop_home)
    before = sorted(shop_home.path.rglob("*.parquet"))
    monkeypatch.setenv("GOLDSEAM_LEDGER_URL", f"sqlite:///{tmp_path / 'none' / 'ledger.db'}")
    with pytest.raises(sa.exc.OperationalError):
        tidy_up(guard=timedelta(seconds=-1))
    assert sorted(shop_home.path.rglob("*.parquet")) == before


def test_a_step_cut_short_leaves_nothing_for_ever(shop_home: Home) -> None:
    publish_night_once(shop_home)
    left = [shop_home.warehouse / ".CURRENT.1", shop_home.path / ".published.duckdb.1", shop_home.spill / "x.tmp"]
    for path in left:
        path.touch()
    assert tidy_up().left_overs == 0
    age(shop_home)
    assert tidy_up().left_overs == 3
    assert not any(path.exists() for path in left)
