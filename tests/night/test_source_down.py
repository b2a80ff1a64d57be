"""S1 and S2: sources that are down. One is stood in for, and everything says so; two, and nothing new is published."""

from pathlib import Path

import pytest

import expectations
from expectations.words import Pii, Table
from mining_tasks.quality import status
from mining_tasks.sources.faults import SilentSource
from mining_tasks.warehouse import shelf, surfaces
from mining_tasks.warehouse.accept import NothingToCarry
from mining_tasks.warehouse.guards import NotPublished
from mining_tasks.warehouse.home import HomeMissing
from tests.night import homes, picture
from tests.night.homes import FIRST, SECOND, THIRD
from tests.night.walk import SOURCES, Walked, walk

FOURTH_AFTER = FIRST.replace(year=2018, month=1, day=4)  # four nights after the last good one of the shop
MINED = ("customers", "segments", "churn", "lifetime_value", "campaigns")


def fired(walked: Walked, *sources: str) -> None:
    """The silos were really down, and nothing else went wrong while fetching."""
    found = {step for step in walked.faults if step.endswith(".fetch")}
    assert found == {f"{source}.fetch" for source in sources}
    assert all(isinstance(walked.faults[step], SilentSource) for step in found)


@pytest.mark.parametrize("source", SOURCES)
def test_a_source_that_is_down_is_stood_in_for_and_every_table_says_how_old_it_is(source, home_after):
    with homes.opened(home_after(1), source):
        walked = walk(SECOND)
        fired(walked, source)
        assert (walked.red, len(walked.faults)) == ({source}, 1), walked.told()
        for family in MINED:
            facts = picture.of_family(family)
            assert (facts["night"], facts["data_as_of"], facts["is_stale"]) == (SECOND, FIRST, True)
            assert str(FIRST) in facts["why_stale"]
            assert source in picture.told(SECOND, family)
        for table in picture.tables("pub", *MINED):
            held = picture.rows(table, SECOND)
            assert held.num_rows > 0, table.name
            assert set(held["data_as_of"].to_pylist()) == {FIRST}, table.name
            assert set(held["is_stale"].to_pylist()) == {True}, table.name
        stood_in = [run["table_name"] for run in picture.ask("SELECT * FROM pub_quality__runs WHERE is_carried_over")]
        assert sorted(stood_in) == sorted(table.name for table in picture.tables("core", source))
        going_on = picture.digests(SECOND)
        for other in set(SOURCES) - {source}:
            for table in picture.tables("core", other):
                assert (going_on[table.name]["data_as_of"], going_on[table.name]["is_stale"]) == (str(SECOND), False)
        assert {row["family"]: row["is_stale"] for row in status.families()}["customers"] is True


def test_without_the_vaults_key_the_last_good_night_stands_in_and_nothing_lies_in_plain(home_after):
    with homes.opened(home := home_after(1)):
        before = {path for path in home.path.rglob("*") if path.is_file()}
        (home.path / "vault.key").rename(home.path / "demo" / "vault.key")
        walked = walk(SECOND)
        fetched = {step: fault for step, fault in walked.faults.items() if step.endswith(".fetch")}
        assert fetched.keys() == {f"{source}.fetch" for source in SOURCES}
        for fault in fetched.values():
            assert isinstance(fault, HomeMissing)
            assert "no vault key: set GOLDSEAM_VAULT_KEY" in str(fault)
        for source in SOURCES:
            for table in picture.every_shops("core", source):
                stands_in = shelf.read(table, SECOND)
                assert (stands_in.is_stale, stands_in.data_as_of) == (True, FIRST)
                assert stands_in.arrow().num_rows == shelf.read(table, FIRST).rows > 0
        written = {path for path in home.path.rglob("*") if path.is_file()} - before
        landed = {path for path in written if path.is_relative_to(home.landing)}
        assert {path for path in landed if any(column.pii == Pii.CONTACT for column in promised(path).columns)} == set()
        assert picture.of_family("customers")["night"] == FIRST
        (home.path / "demo" / "vault.key").rename(home.path / "vault.key")
        assert walk(SECOND).is_green
        assert picture.of_family("customers")["night"] == SECOND


def promised(landed: Path) -> Table:
    """The contract of a landed file."""
    return expectations.table(landed.parts[-4])


def test_a_source_that_is_back_brings_what_was_missed(home_after):
    home = home_after(1)
    sources = home.path / "sources.toml"
    text = sources.read_text()
    sources.write_text(text.replace("look_back_days = 3", "look_back_days = 0"))
    assert sources.read_text() != text, "no look-back may hide that the missed night is not asked for"
    with homes.opened(home, "shop"):
        fired(walk(SECOND, *SOURCES), "shop")
    with homes.opened(home) as shop:
        missed = shop.ask_shop("SELECT count(*) FROM orders WHERE placed_at >= ?", str(SECOND))[0][0]
        assert missed > 0
        walked = walk(THIRD)
        assert walked.is_green, walked.told()
        orders = picture.rows(expectations.table("core_shop__orders"), THIRD)
        assert orders.num_rows == shop.ask_shop("SELECT count(*) FROM orders")[0][0]
        assert sum(day >= SECOND for day in orders["order_date"].to_pylist()) == missed
        for family in expectations.families():
            facts = picture.of_family(family)
            assert (facts["night"], facts["data_as_of"], facts["is_stale"]) == (THIRD, THIRD, False)


def test_with_two_sources_down_nothing_new_is_published_and_readers_keep_the_last_good_night(home_after):
    with homes.at_home(home := home_after(1)):
        before = {family: picture.of_family(family) for family in MINED}
        rows = picture.ask("SELECT * FROM pub_segments__customers ORDER BY customer_id")
    with homes.opened(home, "crm", "support"):
        walked = walk(SECOND)
        fired(walked, "crm", "support")
        for family in MINED:
            assert isinstance(walked.faults[f"{family}.publish"], NotPublished)
            facts = picture.of_family(family)
            assert (facts["run_id"], facts["night"]) == (before[family]["run_id"], FIRST)
            assert (before[family]["is_stale"], facts["is_stale"]) == (False, True)
            assert "crm and support failed tonight" in facts["why_stale"]
            assert picture.told(SECOND, family).startswith("no-go: ")
            assert "crm and support failed tonight" in picture.told(SECOND, family)
        now = picture.ask("SELECT * FROM pub_segments__customers ORDER BY customer_id")
        assert [{**row, "is_stale": True} for row in rows] == now
        assert rows
        assert picture.files_are_what_the_manifest_says() > 0


def test_a_shop_that_is_silent_for_more_than_three_nights_is_not_published_any_more(home_after):
    with homes.opened(home_after(1), "shop"):
        walked = walk(FOURTH_AFTER)
        fired(walked, "shop")
        assert {f"{family}.publish" for family in MINED} <= walked.faults.keys()
        for family in MINED:
            assert (picture.of_family(family)["night"], picture.of_family(family)["is_stale"]) == (FIRST, True)
            assert "4 nights old" in picture.told(FOURTH_AFTER, family)


def test_on_the_first_night_ever_nothing_can_stand_in_and_nothing_is_half_published(real_data, tmp_path):
    with homes.opened(homes.make(tmp_path / "home", homes.FEW), "crm"):
        walked = walk(FIRST)
        fired(walked, "crm")
        assert isinstance(walked.faults["crm.stand_in_core"], NothingToCarry)
        assert "no good night before" in str(walked.faults["crm.stand_in_core"])
        waiting = {dag for dag, outcome in walked.outcomes.items() if outcome == "waiting"}
        assert waiting == set(walked.outcomes) - set(SOURCES)
        assert surfaces.tables() == []
        assert list((tmp_path / "home" / "warehouse").glob("pub_*")) == []
        assert [table for table in picture.digests(FIRST) if "_crm__" in table] == []
        assert all(family["why"] == "never published" for family in status.families())
