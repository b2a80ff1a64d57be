"""A broken promise to readers is found by comparing contracts, and never by comparing nothing with nothing (P3)."""

import copy
import json

import pytest

import expectations
from expectations.segments import pub_segments__customers
from mining_tasks.warehouse import contracts
from mining_tasks.warehouse.contracts import NothingToCompare, breaking, breaks, snapshot

BEFORE = json.loads(json.dumps(snapshot(pub_segments__customers)))
NAME = "pub_segments__customers"


def changed(change) -> dict:
    now = copy.deepcopy(BEFORE)
    change(now)
    return now


def renamed(now: dict) -> None:
    now["columns"] = {("segment" if name == "segment_id" else name): c for name, c in now["columns"].items()}


BREAKS = {
    "dropped": (lambda now: now["columns"].pop("rfm_cell"), "rfm_cell is gone"),
    "renamed": (renamed, "segment_id is gone; renamed to segment?"),
    "retyped": (lambda now: now["columns"]["orders_count"].update(type="str"), "orders_count was int, is str (type)"),
    "rescaled": (lambda now: now["columns"]["sales_amount"].update(decimals=2), "was 4, is 2 (decimals)"),
    "another unit": (lambda now: now["columns"]["recency_days"].update(unit="hours"), "was days, is hours (unit)"),
    "may be missing": (lambda now: now["columns"]["segment_id"].update(is_filled=False), "was never missing"),
    "list narrowed": (lambda now: now["columns"]["rfm_cell"]["one_of"].remove("lost"), "no longer knows `lost`"),
    "list opened": (lambda now: now["columns"]["rfm_cell"].pop("one_of"), "now can be anything"),
    "key changed": (lambda now: now["key"].append("segment_id"), "had one row per customer_id, now per"),
}
PASSES = {
    "nothing": lambda now: None,
    "column added": lambda now: now["columns"].update(extra={"type": "int", "unit": "", "is_filled": False}),
    "value added": lambda now: now["columns"]["rfm_cell"]["one_of"].append("brand new"),
    "stricter": lambda now: now["columns"]["recency_days"].update(is_filled=True),
    "minor version": lambda now: now.update(version="1.1.0"),
}


@pytest.mark.parametrize("kind", BREAKS)
def test_a_break_is_told_with_the_column_and_allowed_only_by_a_new_major_version(kind):
    change, said = BREAKS[kind]
    now = changed(change)
    found = breaks(BEFORE, now)
    assert len(found) == 1
    assert said in found[0]
    assert NAME in found[0]
    assert len(breaks(BEFORE, now | {"version": "1.9.9"})) == 1
    assert breaks(BEFORE, now | {"version": "2.0.0"}) == []


@pytest.mark.parametrize("kind", PASSES)
def test_what_takes_nothing_from_readers_passes(kind):
    assert breaks(BEFORE, changed(PASSES[kind])) == []


def test_several_breaks_are_told_together():
    def everything(now):
        for kind, (change, _) in reversed(BREAKS.items()):
            if kind not in ("renamed", "list narrowed"):
                change(now)

    dropped_hides = 2  # what else happened to a column that is gone: its list was narrowed, then opened
    assert len(breaks(BEFORE, changed(everything))) == len(BREAKS) - 1 - dropped_hides
    assert breaking({NAME: BEFORE}, {}) == [f"{NAME} is no longer promised"]


@pytest.mark.parametrize("side", ["before", "now"])
def test_the_comparison_is_never_nothing_with_nothing(side):
    nothing = BEFORE | {"columns": {}}
    with pytest.raises(NothingToCompare):
        breaks(nothing, BEFORE) if side == "before" else breaks(BEFORE, nothing)
    assert BEFORE["columns"]
    assert contracts.present().keys() == {t.name for t in expectations.tables().values() if t.layer == "pub"}
    assert all(snap["columns"] and snap["key"] for snap in contracts.present().values())


def test_before_the_first_publication_nothing_can_break(tmp_path, monkeypatch):
    monkeypatch.setenv("GOLDSEAM_HOME", str(tmp_path))
    assert contracts.published() == {}
    assert breaking(contracts.published(), contracts.present()) == []


def test_the_contract_is_spoken_for_one_table_or_a_family():
    assert "pub_segments__personas" in contracts.odcs("segments")
    assert "pub_segments__personas" not in contracts.odcs(NAME)
    assert contracts.dictionary([NAME]).count("## ") == 1
    assert contracts.dictionary().count("\n## ") == len(expectations.tables())
    with pytest.raises(KeyError):
        contracts.odcs("nobody")
