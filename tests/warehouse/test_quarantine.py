"""Rows set aside can be counted, looked at without their values, and sent back exactly once (V4, S9)."""

import json
from dataclasses import replace
from datetime import date

import pytest

import expectations
from expectations.support import core_support__reviews, raw_support__reviews
from expectations.words import Between
from mining_tasks.warehouse import accept, ledger, parquet, quarantine, set_aside, shelf
from mining_tasks.warehouse.accept import carry_over
from mining_tasks.warehouse.home import home
from mining_tasks.warehouse.merge import merge
from mining_tasks.warehouse.receive import TooManyBadRows, receive
from mining_tasks.warehouse.shelf import NotAccepted
from tests.warehouse.landings import NIGHT, land, night_of, take_in

NEXT = date(2026, 3, 3)
AT = "2026-03-01 10:00:00"
NAME = raw_support__reviews.name
TOO_HIGH, NO_NUMBER = "stars_count: not between 1 and 5", "stars_count: not a whole number"


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("GOLDSEAM_HOME", str(tmp_path))
    home().make_keys()
    (tmp_path / "sources.toml").write_text('[shop]\ntimezone = "UTC"\n')


@pytest.fixture
def quarantine_files(tmp_path):
    """Gives every file that lies in quarantine."""
    return lambda: sorted(path for path in (tmp_path / "quarantine").rglob("*") if path.is_file())


def review(number: object, stars: str = "5", **said: str) -> dict[str, str]:
    about = {"requester_id_support": "r", "reviewed_at": AT, "updated_at": AT, "body": "fine"}
    return {"review_id_support": str(number), "stars_count": stars, **about, **said}


ROWS = [*(review(n) for n in range(100)), review("a", "7"), review("b", "9"), review("c", "many"), review("d", "11")]


@pytest.fixture
def ten_stars(monkeypatch):
    """From now on the contract allows ten stars; gives the corrected contract."""

    def corrected():
        for old in (raw_support__reviews, core_support__reviews):
            columns = [replace(c, promises=(Between(1, 10),)) if c.name == "stars_count" else c for c in old.columns]
            monkeypatch.setitem(expectations.tables(), old.name, replace(old, columns=tuple(columns)))
        return expectations.table(NAME)

    return corrected


def reviews(night: date = NIGHT) -> set[str]:
    rows = shelf.read(expectations.table(NAME), night).arrow(["review_id_support"])
    return set(rows["review_id_support"].to_pylist()) - {str(n) for n in range(100)}


def test_quarantine_is_listed_by_reason():
    take_in(raw_support__reviews, NIGHT, ROWS)
    said = {"table": NAME, "night": NIGHT, "replayed": 0}
    assert quarantine.listed(NIGHT) == [
        {**said, "reason": NO_NUMBER, "rows": 1},
        {**said, "reason": TOO_HIGH, "rows": 3},
    ]
    assert quarantine.listed() == quarantine.listed(NIGHT)
    assert quarantine.listed(NEXT) == []


def test_a_row_is_shown_by_its_shape_and_only_on_demand_by_its_values():
    person = "Zebulon.Quux@example.org"
    take_in(raw_support__reviews, NIGHT, [*ROWS[:100], review("Ann 7", person, body="Äh, 12 €")])
    (hidden,) = quarantine.shown(raw_support__reviews, NIGHT)
    assert (hidden["position"], hidden["reason"]) == ("row 100", NO_NUMBER)
    assert hidden["row"]["stars_count"] == "Aaaaaaa.Aaaa@aaaaaaa.aaa"
    assert hidden["row"]["body"] == "Aa, 99 €"
    assert hidden["row"]["review_id_support"] == "Aaa 9"
    (open_row,) = quarantine.shown(raw_support__reviews, NIGHT, reveal=True)
    assert open_row["row"]["stars_count"] == person


def test_raw_text_that_had_no_columns_is_shown_by_its_shape_too():
    receive(land(raw_support__reviews, ROWS[:100], faults=1), NIGHT, "UTC")
    (hidden,) = quarantine.shown(raw_support__reviews, NIGHT)
    assert hidden == {"position": "line 0", "reason": "not JSON", "row": '{"aaa": 9'}


def test_no_more_rows_are_shown_than_asked_for():
    take_in(raw_support__reviews, NIGHT, ROWS)
    assert len(quarantine.shown(raw_support__reviews, NIGHT, limit=2)) == 2
    assert quarantine.shown(raw_support__reviews, NEXT) == []


def test_after_the_contract_is_corrected_rows_join_their_own_night_exactly_once(ten_stars):
    take_in(raw_support__reviews, NIGHT, ROWS)
    assert reviews() == set()
    table = ten_stars()
    first = quarantine.replay(table, NIGHT)
    assert (first["replayed"], first["left"]) == (2, 2)
    assert reviews() == {"a", "b"}
    second = quarantine.replay(table, NIGHT)
    assert second == {"replayed": 0, "left": 2, "run_id": first["run_id"]}
    assert reviews() == {"a", "b"}
    assert shelf.read(table, NIGHT).rows == 102


def test_what_was_replayed_stays_counted(ten_stars):
    take_in(raw_support__reviews, NIGHT, ROWS)
    table = ten_stars()
    for _ in range(2):
        quarantine.replay(table, NIGHT)
        counts = {row["reason"]: (row["rows"], row["replayed"]) for row in quarantine.listed(NIGHT)}
        assert counts == {NO_NUMBER: (1, 0), TOO_HIGH: (3, 2)}


def test_what_is_still_bad_stays_with_todays_reason(ten_stars):
    take_in(raw_support__reviews, NIGHT, ROWS)
    quarantine.replay(ten_stars(), NIGHT)
    left = quarantine.shown(raw_support__reviews, NIGHT, reveal=True)
    assert [(row["row"]["review_id_support"], row["reason"]) for row in left] == [
        ("c", NO_NUMBER),
        ("d", "stars_count: not between 1 and 10"),
    ]


def test_a_crash_between_accepting_and_tidying_up_changes_nothing(ten_stars, monkeypatch):
    take_in(raw_support__reviews, NIGHT, ROWS)
    table = ten_stars()
    crashed = []

    def crash(*_):
        crashed.append(True)
        raise OSError("no space left on device")

    with monkeypatch.context() as fault:
        fault.setattr(set_aside, "replace", crash)
        with pytest.raises(OSError, match="no space"):
            quarantine.replay(table, NIGHT)
    assert crashed
    run_id = shelf.read(table, NIGHT).run_id
    assert quarantine.replay(table, NIGHT) == {"replayed": 2, "left": 2, "run_id": run_id}
    assert json.loads(ledger.receipt(NAME, NIGHT)["replayed"]) == {TOO_HIGH: 2}
    assert shelf.read(table, NIGHT).rows == 102


def test_an_older_version_from_quarantine_does_not_undo_a_newer_one(ten_stars):
    newer = review("a", "4", updated_at="2026-03-01 11:00:00")
    take_in(raw_support__reviews, NIGHT, [*ROWS[:100], newer, review("a", "7")])
    table = ten_stars()
    assert quarantine.replay(table, NIGHT)["replayed"] == 1
    rows = shelf.read(table, NIGHT).arrow().to_pylist()
    assert [row["stars_count"] for row in rows if row["review_id_support"] == "a"] == [4]


def test_replayed_rows_reach_the_state_at_the_next_merge(ten_stars):
    night_of(raw_support__reviews, core_support__reviews, NIGHT, ROWS)
    quarantine.replay(ten_stars(), NIGHT)
    take_in(expectations.table(NAME), NEXT, [review("e")])
    address = merge(expectations.table(NAME), expectations.table(core_support__reviews.name), NEXT)
    assert shelf.opened(address).rows == 103
    accept.accept(address)


def test_raw_text_is_never_replayed_and_stays():
    address = land(raw_support__reviews, ROWS[:100], faults=2)
    accept.accept(receive(address, NIGHT, "UTC"))
    assert quarantine.replay(raw_support__reviews, NIGHT)["left"] == 2
    assert len(quarantine.shown(raw_support__reviews, NIGHT)) == 2


def test_a_quarantine_that_could_not_be_written_leaves_nothing_lying_about(quarantine_files, monkeypatch):
    take_in(raw_support__reviews, NIGHT, ROWS)
    before = quarantine_files()
    assert [path.name for path in before] == ["rows.parquet"]
    fired = []

    def full(path, batches, schema):
        path.write_text("Erika Musterfrau")
        fired.append(path)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(parquet, "write", full)
    with pytest.raises(OSError, match="No space left"):
        receive(land(raw_support__reviews, ROWS), NIGHT, "UTC")
    assert fired
    assert quarantine_files() == before


def test_a_night_without_quarantine_has_nothing_to_replay():
    run_id = take_in(raw_support__reviews, NIGHT, ROWS[:3])
    assert quarantine.replay(raw_support__reviews, NIGHT) == {"replayed": 0, "left": 0, "run_id": run_id}


def test_a_night_that_was_refused_has_no_partition_to_join():
    with pytest.raises(TooManyBadRows):
        receive(land(raw_support__reviews, ROWS[100:]), NIGHT, "UTC")
    with pytest.raises(NotAccepted, match="run the night again"):
        quarantine.replay(raw_support__reviews, NIGHT)


def test_a_night_that_stands_in_for_another_takes_no_rows():
    take_in(raw_support__reviews, NIGHT, ROWS)
    carry_over(NEXT, [raw_support__reviews], "the desk did not answer")
    with pytest.raises(NotAccepted):
        quarantine.replay(raw_support__reviews, NEXT)
