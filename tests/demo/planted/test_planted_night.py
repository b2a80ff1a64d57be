"""The planted silos through the doors of the house: every clean row arrives, every dirty one ends where it ought to."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from mining_tasks.crm import steps as crm
from mining_tasks.demo import settings
from mining_tasks.demo.planted.dirt.dirty import DUPLICATE, QUARANTINED, WITHOUT_CURRENCY
from mining_tasks.demo.planted.dirt.reviews import STRANGE_IDS
from mining_tasks.demo.planted.ready import plant_at_home
from mining_tasks.demo.planted.world import World
from mining_tasks.demo.prepare import planted_night, prepare
from mining_tasks.demo.serve import serving
from mining_tasks.demo.settings import NotTheDemo
from mining_tasks.demo.silos import silos
from mining_tasks.shop import steps as shop
from mining_tasks.support import steps as support
from mining_tasks.warehouse import set_aside
from mining_tasks.warehouse.home import Home
from tests.sources.nights import core, received, run

WORLD = World(customers=1_500, days=403, seed=3)  # large enough for every kind of dirt
LAST = WORLD.last_day
KEYS = {
    "orders": ("order_id_shop",),
    "reviews": ("review_id_support",),
    "campaign_contacts": ("campaign_id_crm", "contact_id_crm"),
}
CORE = {"shop": ("orders",), "crm": ("campaign_contacts",), "support": ("reviews",)}


@pytest.fixture
def planted_home(shop_home: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home in which that shop is planted."""
    (shop_home.path / "sources.toml").unlink()
    assert plant_at_home(shop_home.path, WORLD)
    for name, line in settings._lines(shop_home.path).items():
        monkeypatch.setenv(name, line)
    return shop_home


def truth(home: Home, name: str) -> pa.Table:
    return pq.read_table(home.path / "demo" / "truth" / f"{name}.parquet")


def seen(home: Home, things: str, night: date) -> dict[str, dict[str, Any]]:
    """The rows of a core table by key, columns joined by `-`."""
    source = next(name for name, tables in CORE.items() if things in tables)
    return {"-".join(row[key] for key in KEYS[things]): row for row in core(f"core_{source}__{things}", night)}


def places(home: Home, night: date) -> set[tuple[str, str]]:
    """Table and place (or key, of the shop's rows) of everything in quarantine."""
    found = set()
    for table, day, _ in set_aside.files(night):
        for row in set_aside.rows(table, day).to_pylist():
            is_shop = table.room == "shop"
            found.add((table.things, json.loads(row["row"])["order_id_shop"] if is_shop else row["position"]))
    return found


def test_every_dirty_row_of_a_planted_shop_is_accounted_for(planted_home: Home) -> None:
    for steps in (shop, crm, support):
        run(steps, LAST, planted_home)
    dirt = truth(planted_home, "dirt").to_pylist()
    expected = {(row["table"], row["position"] or row["key"]) for row in dirt if row["expected_code"] == QUARANTINED}
    assert len({row["kind_code"] for row in dirt}) > 40
    assert places(planted_home, LAST) == expected
    held = {things: seen(planted_home, things, LAST) for things in KEYS}
    for row in dirt:
        found = held[row["table"]].get(row["key"])
        if row["expected_code"] == QUARANTINED:
            assert found is None, row
        elif row["kind_code"] != "schema_drift":
            assert found is not None, row
            assert found["updated_at"].year > 2020, row  # an older state has not won
        if row["expected_code"] == WITHOUT_CURRENCY:
            assert found["currency"] is None
        if row["kind_code"] == "strange_id" and row["table"] == "reviews":
            assert found["product_id_shop"].encode() in STRANGE_IDS
        if row["kind_code"] == "same_time" and row["table"] == "reviews":
            assert found["body"] != "!"
    twice = sum(row["expected_code"] == DUPLICATE and row["table"] == "reviews" for row in dirt)
    clean, strange = truth(planted_home, "reviews").num_rows, [r for r in dirt if r["kind_code"] == "strange_id"]
    assert twice > 0
    assert len(held["reviews"]) == clean + sum(row["table"] == "reviews" for row in strange)
    assert received(LAST)["raw_support__reviews"][0] == len(held["reviews"]) + twice + sum(
        row["table"] == "reviews" and row["expected_code"] == QUARANTINED for row in dirt
    )


def test_three_nights_show_late_and_drifted_rows_when_they_come(planted_home: Home) -> None:
    nights = [LAST - timedelta(days=back) for back in (2, 1, 0)]
    orders = truth(planted_home, "orders")
    late = [row for row in truth(planted_home, "dirt").to_pylist() if row["kind_code"] == "late"]
    for night in nights:
        for steps in (shop, support):
            run(steps, night, planted_home)
        end = int(WORLD.midnights[WORLD.day_of(night) + 1])
        shown = orders.filter(pc.less(orders["updated_at"], end))["order_id"].to_pylist()
        held = seen(planted_home, "orders", night)
        assert set(map(str, shown)) == set(held)
        assert {row["key"] for row in late if row["night"] <= night} <= set(held)
        assert not {row["key"] for row in late if row["night"] > night} & set(held)
        assert received(night)["raw_support__reviews"][0] > 0
    assert {row["night"] for row in late} >= set(nights)


def test_a_home_holds_one_shop(planted_home: Home, tmp_path: Path) -> None:
    assert planted_night(planted_home.path) == LAST
    assert not plant_at_home(planted_home.path, WORLD)  # it is there already
    with pytest.raises(NotTheDemo, match="holds a planted shop"):
        prepare(planted_home.path)
    (planted_home.path / "demo" / "prepared.json").unlink()
    (planted_home.path / "sources.toml").write_text("[shop]\n")
    with pytest.raises(NotTheDemo, match="tells of another shop"):
        plant_at_home(planted_home.path, WORLD)


def test_its_servers_answer_faster_than_the_real_ones_would(planted_home: Home) -> None:
    with silos(planted_home.path) as both:
        assert both.crm.gate.limit.requests == WORLD.settings["silos"]["requests"] > 190
    with serving(planted_home.path):
        run(crm, LAST)
    assert len(core("core_crm__contacts", LAST)) > 500
