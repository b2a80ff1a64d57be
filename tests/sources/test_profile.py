"""`check-sources`: what the silos hold, and whether it is enough, without a single value."""

import json
from typing import Any

import pytest

from mining_tasks.demo.silos import silos
from mining_tasks.sources.enough import FACTS, GAINS, NEEDS, families
from mining_tasks.sources.profile import check_sources
from mining_tasks.warehouse.home import Home
from tests.sources.nights import asked

NO_WAITING = 'style = "hubspot"\nfirst_wait_seconds = 0.01'


def of(found: list[dict[str, Any]], kind: str, name: str) -> dict[str, Any]:
    return next(facts for facts in found if facts.get(kind) == name)


@pytest.fixture
def checked(demo_home: Home) -> list[dict[str, Any]]:
    """What is found in the demo of thirty households."""
    with silos(demo_home.path):
        return check_sources(demo_home)


def test_every_mapped_table_is_measured(checked: list[dict[str, Any]], demo_home: Home) -> None:
    tables = {t["table"]: t for silo in checked for t in silo.get("tables", [])}
    assert len(tables) == 11
    orders = tables["raw_shop__orders"]
    [truth] = asked(demo_home, "SELECT COUNT(*), MIN(DATE(placed_at)), MAX(DATE(placed_at)) FROM orders")
    assert (orders["rows"], orders["first"], orders["last"]) == truth
    assert orders["distinct_keys"] == orders["sample_rows"] == orders["rows"]
    [without] = asked(demo_home, "SELECT COUNT(*) FROM customers WHERE email IS NULL OR email = ''")
    assert tables["raw_shop__customers"]["missing_shares"]["email"] == pytest.approx(without[0] / 30, abs=1e-4)
    assert all(t["rows"] for t in tables.values())


def test_a_family_says_what_is_missing_and_why(checked: list[dict[str, Any]]) -> None:
    segments = of(checked, "family", "segments")
    assert not segments["is_enough"]
    [missing] = segments["missing"]
    assert missing.startswith("buyers: at least 200, 30 seen (the smallest of 8 segments")
    assert of(checked, "family", "customers")["is_enough"]


def test_what_is_optional_is_told_apart_and_what_it_would_give(checked: list[dict[str, Any]]) -> None:
    """The real shop tells neither costs nor returns, and holds nobody out."""
    silos_seen = {part["silo"]: part for part in checked if "silo" in part}
    assert [part["tables_not_mapped"] for part in silos_seen.values()] == [[], [], []]
    assert silos_seen["shop"]["optional_tables_not_mapped"] == ["raw_shop__returns"]
    assert silos_seen["crm"]["optional_tables_not_mapped"] == ["raw_crm__campaign_controls"]
    lesser = [line for name in ("lifetime_value", "campaigns") for line in of(checked, "family", name)["lesser"]]
    assert len(lesser) == 5
    assert all(": at least " in line and "none was seen" in line for line in lesser)
    assert of(checked, "family", "segments")["lesser"] == []


def test_no_value_of_a_person_is_told(checked: list[dict[str, Any]], demo_home: Home) -> None:
    people = asked(demo_home, "SELECT email, phone, last_name, street FROM customers")
    values = {value for person in people for value in person if value and len(value) > 4}
    assert len(values) > 50
    told = json.dumps(checked)
    assert [value for value in values if value in told] == []


def test_a_silo_that_is_down_does_not_stop_the_others(demo_home: Home) -> None:
    file = demo_home.path / "sources.toml"
    file.write_text(file.read_text().replace('style = "hubspot"', NO_WAITING))
    with silos(demo_home.path) as served, served.crm.down():
        found = check_sources(demo_home)
    crm = of(found, "silo", "crm")
    assert (crm["answers"], crm["tables"]) == (False, [])
    assert "ConnectError" in crm["problem"]
    assert of(found, "silo", "support")["answers"]
    assert of(found, "silo", "shop")["answers"]
    assert any("campaign contacts" in line for line in of(found, "family", "campaigns")["missing"])


def test_a_drifted_table_is_told_and_what_was_seen_before_it_is_kept(demo_home: Home) -> None:
    file = demo_home.path / "sources.toml"
    file.write_text(file.read_text().replace('title = "name"', 'title = "titel"'))
    with silos(demo_home.path):
        shop = of(check_sources(demo_home), "silo", "shop")
    assert "products.titel is mapped but not there" in shop["problem"]
    assert [t["table"] for t in shop["tables"]] == ["raw_shop__customers"]


def test_bad_settings_are_told_in_place_of_a_profile(demo_home: Home) -> None:
    (demo_home.path / "sources.toml").write_text('[shop]\nkind = "soap"\n')
    [found] = check_sources(demo_home)
    assert found["problems"] == ["[shop] kind must be one of sql, rest, files"]


def test_without_any_data_every_family_lacks_something() -> None:
    found = families({})
    assert len(found) > 5
    assert not any(family["is_enough"] for family in found)
    assert {need.fact for need in (*NEEDS, *GAINS)} == set(FACTS)
