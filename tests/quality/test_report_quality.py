"""The night's own report: every row accounted for, every promise told, nothing about itself."""

from dataclasses import replace
from datetime import date

import pyarrow as pa
import pytest

import expectations
from expectations.crm import core_crm__contacts, raw_crm__contacts
from expectations.support import raw_support__reviews
from expectations.words import Between
from mining_tasks.quality import report, steps
from mining_tasks.warehouse import accept, ledger, publish, quarantine, shelf
from tests.sample import sample
from tests.warehouse.landings import take_in

NIGHT, BEFORE = date(2018, 1, 2), date(2018, 1, 1)
CHECK = {"column_name": "email", "promise": "email is never missing", "severity": "stop", "rows": 9, "broken_rows": 0}


@pytest.fixture
def night(shop_home) -> date:
    """A night on which the CRM's contacts came in, four rows short of what was sent."""
    rows = sample(raw_crm__contacts, 6, seed=1)
    counts = {"received": 10, "loaded": 6, "quarantined": 3, "duplicates": 1}
    ledger.note_receipt("raw_crm__contacts", NIGHT, counts, {"no id": 2, "no such day": 1})
    accept.accept(shelf.draft(raw_crm__contacts, NIGHT, rows))
    accept.accept(shelf.draft(core_crm__contacts, BEFORE, sample(core_crm__contacts, 5, seed=1)))
    accept.carry_over(NIGHT, [core_crm__contacts], "crm: merge failed")
    return NIGHT


def drafted(night: date) -> dict[str, list[dict]]:
    parts = [shelf.opened(address) for address in steps.report_quality(night)]
    return {part.table.things: part.arrow().to_pylist() for part in parts}


def test_every_row_that_was_received_is_loaded_set_aside_or_a_duplicate(night):
    (raw,) = [row for row in drafted(night)["runs"] if row["table_name"] == "raw_crm__contacts"]
    assert raw["received_rows_count"] == 10
    assert raw["loaded_rows_count"] + raw["quarantined_rows_count"] + raw["duplicate_rows_count"] == 10


def test_every_row_stays_accounted_for_after_a_replay(shop_home, monkeypatch):
    rows = [review(n) for n in range(100)] + [review("new", "7"), review(3, "9"), review("bad", "many"), review(4)]
    take_in(raw_support__reviews, NIGHT, rows)
    told = accounted("raw_support__reviews")
    assert told == {"received": 104, "loaded": 100, "quarantined": 3, "duplicate": 1}
    stars = [
        replace(c, promises=(Between(1, 10),)) if c.name == "stars_count" else c for c in raw_support__reviews.columns
    ]
    corrected = replace(raw_support__reviews, columns=tuple(stars))
    monkeypatch.setitem(expectations.tables(), corrected.name, corrected)
    assert quarantine.replay(corrected, NIGHT)["replayed"] == 2
    told = accounted("raw_support__reviews")
    assert told == {"received": 104, "loaded": 101, "quarantined": 1, "duplicate": 2}


def review(number: object, stars: str = "5") -> dict[str, str]:
    at = {"reviewed_at": "2018-01-01 10:00:00", "updated_at": "2018-01-01 10:00:00"}
    return {"review_id_support": str(number), "stars_count": stars, "requester_id_support": "r", "body": "fine", **at}


def accounted(table: str) -> dict[str, int]:
    (row,) = [row for row in drafted(NIGHT)["runs"] if row["table_name"] == table]
    return {name: row[f"{name}_rows_count"] for name in ("received", "loaded", "quarantined", "duplicate")}


def test_what_came_tonight_is_not_counted_into_an_earlier_night_that_stands_in(shop_home):
    accept.accept(shelf.draft(raw_crm__contacts, BEFORE, sample(raw_crm__contacts, 6, seed=1)))
    counts = {"received": 10, "loaded": 7, "quarantined": 3, "duplicates": 0}
    ledger.note_receipt("raw_crm__contacts", NIGHT, counts, {"no id": 3})
    accept.carry_over(NIGHT, [raw_crm__contacts], "crm: what came was refused")
    assert accounted("raw_crm__contacts") == {"received": None, "loaded": 6, "quarantined": 0, "duplicate": 0}


def test_a_table_that_stands_in_is_told_as_such_with_the_age_of_its_data(night):
    (core,) = [row for row in drafted(night)["runs"] if row["table_name"] == "core_crm__contacts"]
    assert (core["is_carried_over"], core["is_stale"], core["data_as_of"]) == (True, True, BEFORE)
    assert core["received_rows_count"] is None


def test_rows_set_aside_are_counted_by_reason_without_values(night):
    ledger.note_replay("raw_crm__contacts", night, {"no id": 1})
    told = {row["reason"]: (row["rows_count"], row["replayed_rows_count"]) for row in drafted(night)["quarantine"]}
    assert told == {"no id": (2, 1), "no such day": (1, 0)}


def test_every_promise_that_was_checked_is_told_with_its_sentence(night):
    told = {(row["table_name"], row["promise"]) for row in drafted(night)["promises"]}
    noted = {(row["table_name"], row["promise"]) for row in ledger.checks_on(night)}
    assert len(noted) > 10
    assert told == noted


def test_a_refused_draft_is_told_too(night):
    ledger.note_checks("raw_crm__consents", night, "r_x", [CHECK | {"held": False, "broken_rows": 4}])
    (broken,) = [row for row in drafted(night)["promises"] if row["table_name"] == "raw_crm__consents"]
    assert (broken["has_held"], broken["broken_rows_count"], broken["is_stale"]) == (False, 4, False)


def test_a_sentence_said_twice_held_only_if_it_held_both_times():
    checks = [{"table_name": "t", **CHECK, "held": held} for held in (True, False, True)]
    assert [row["has_held"] for row in report.promises(checks, {}, NIGHT)] == [False]


def test_the_report_is_published_and_says_the_same_when_the_night_is_run_again(night):
    first = publish.publish("quality", night, steps.report_quality(night))
    again = publish.publish("quality", night, steps.report_quality(night))
    assert first == again
    assert {table.name for table in expectations.family("quality")}.isdisjoint(
        row["table_name"] for row in drafted(night)["runs"]
    )


def test_a_night_without_anything_set_aside_gives_an_empty_table_of_the_promised_shape(shop_home):
    accept.accept(shelf.draft(core_crm__contacts, NIGHT, sample(core_crm__contacts, 5, seed=1)))
    addresses = steps.report_quality(NIGHT)
    empty = [shelf.opened(address) for address in addresses if "quarantine" in address][0].arrow()
    assert isinstance(empty, pa.Table)
    assert (empty.num_rows, empty.column_names[:2]) == (0, ["table_name", "reason"])
