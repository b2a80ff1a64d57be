"""What readers see after a publication, a refusal, a late night and a rollback; on both ledgers."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

import expectations
from expectations.words import Pii
from mining_tasks.warehouse import accept, contracts, ledger, publish, shelf, surfaces
from mining_tasks.warehouse.guards import NotPublished
from mining_tasks.warehouse.home import Home
from mining_tasks.warehouse.keep_promises import BrokenPromises
from tests.warehouse.nights import NEXT, NIGHT, SEGMENTS, THIRD, drafts, publish_night, rows_of

ASKED = "SELECT DISTINCT run_id, night, is_stale FROM pub_segments__customers"


def seen() -> list[dict[str, object]]:
    return surfaces.query(ASKED).to_pylist()


def current(home: Home) -> dict[str, object]:
    return dict(json.loads(home.current_file.read_text())["families"]["segments"])


def test_readers_see_a_family_at_once_and_each_row_says_its_run(cellar: Home) -> None:
    run_id = publish_night(NIGHT)
    assert seen() == [{"run_id": run_id, "night": NIGHT, "is_stale": False}]
    assert [table["table"] for table in surfaces.tables()] == list(SEGMENTS)
    assert {table["verdict"] for table in surfaces.tables()} == {"go"}


def test_publishing_the_same_night_again_with_the_same_rows_changes_nothing(cellar: Home) -> None:
    first = publish_night(NIGHT)
    before = cellar.current_file.read_bytes()
    assert publish_night(NIGHT) == first
    assert cellar.current_file.read_bytes() == before
    assert len(ledger.publications_of("segments")) == 1


def test_an_old_night_run_again_changes_only_that_night(cellar: Home) -> None:
    publish_night(NIGHT, seed=1)
    newest = publish_night(NEXT, seed=2)
    before, untouched = cellar.current_file.read_bytes(), shelf.read(expectations.table(SEGMENTS[0]), NEXT)
    again = publish_night(NIGHT, seed=3)
    assert cellar.current_file.read_bytes() == before, "current does not go back"
    assert again != newest
    assert seen() == [{"run_id": newest, "night": NEXT, "is_stale": False}]
    assert shelf.read(expectations.table(SEGMENTS[0]), NEXT) == untouched
    assert (
        shelf.read(expectations.table(SEGMENTS[0]), NIGHT)
        .arrow()
        .equals(rows_of(expectations.table(SEGMENTS[0]), NIGHT, seed=3))
    )


def test_the_night_that_readers_see_may_be_run_again_and_replaced(cellar: Home) -> None:
    publish_night(NIGHT, seed=1)
    corrected = publish_night(NIGHT, seed=2)
    assert seen() == [{"run_id": corrected, "night": NIGHT, "is_stale": False}]


@pytest.mark.parametrize(("rows", "is_published"), [(14, True), (13, False), (40, True), (41, False)])
def test_a_row_count_far_from_the_last_nights_is_refused(shop_home: Home, rows: int, is_published: bool) -> None:
    first = publish.publish("segments", NIGHT, [*drafts_with(20, NIGHT)])
    if is_published:
        assert publish.publish("segments", NEXT, drafts_with(rows, NEXT)) != first
        return
    with pytest.raises(BrokenPromises, match="median"):
        publish.publish("segments", NEXT, drafts_with(rows, NEXT))
    assert seen() == [{"run_id": first, "night": NIGHT, "is_stale": True}]
    assert "median" in surfaces.tables()[0]["why_stale"]


def drafts_with(customers: int, night: object) -> list[str]:
    """Drafts in which the guarded table alone has another number of rows."""
    guarded = expectations.table(SEGMENTS[0])
    others = [table for table in expectations.family("segments") if table.name != guarded.name]
    made = [shelf.draft(guarded, night, rows_of(guarded, night, customers))]  # type: ignore[arg-type]
    return made + [shelf.draft(table, night, rows_of(table, night)) for table in others]  # type: ignore[arg-type]


def test_after_a_refused_night_every_surface_says_that_the_data_are_old(cellar: Home) -> None:
    run_id = publish_night(NIGHT)
    publish.keep_last_good("segments", NEXT, "crm: fetch failed")
    assert seen() == [{"run_id": run_id, "night": NIGHT, "is_stale": True}]
    assert (current(cellar)["is_stale"], current(cellar)["why_stale"]) == (True, "crm: fetch failed")
    listed = surfaces.tables()[0]
    assert (listed["is_stale"], listed["age_nights"], listed["verdict"]) == (True, 1, "no-go")


def test_the_next_good_night_is_fresh_again(shop_home: Home) -> None:
    publish_night(NIGHT)
    publish.keep_last_good("segments", NEXT, "crm: fetch failed")
    run_id = publish_night(THIRD)
    assert seen() == [{"run_id": run_id, "night": THIRD, "is_stale": False}]


def test_running_an_old_night_again_does_not_make_it_look_fresh(shop_home: Home) -> None:
    publish_night(NIGHT, seed=1)
    publish.keep_last_good("segments", NEXT, "crm: fetch failed")
    corrected = publish_night(NIGHT, seed=2)
    assert seen() == [{"run_id": corrected, "night": NIGHT, "is_stale": True}]


def test_a_failed_step_after_another_attempt_had_published_leaves_the_verdict_alone(shop_home: Home) -> None:
    publish_night(NIGHT)
    publish.keep_last_good("segments", NIGHT, "a second copy of the task was superseded")
    assert [(t["is_stale"], t["verdict"]) for t in surfaces.tables()] == [(False, "go")] * 3


def test_rows_made_from_a_stale_source_are_published_and_say_so(cellar: Home) -> None:
    older = NIGHT - timedelta(days=2)
    run_id = publish.publish("segments", NIGHT, drafts(NIGHT, is_stale=True, data_as_of=older))
    assert seen() == [{"run_id": run_id, "night": NIGHT, "is_stale": True}]


def test_age_counts_from_the_oldest_source_not_from_the_last_write(shop_home: Home) -> None:
    older = NIGHT - timedelta(days=2)
    table = expectations.table("core_support__tickets")
    raw = shelf.draft(table, older, rows_of(table, older))
    accept.accept(raw)
    part = shelf.read(table, older)
    stale = replace(part, is_stale=True)
    addresses = [
        shelf.draft(made, NIGHT, rows_of(made, NIGHT, data_as_of=older, is_stale=True), reads=[stale])
        for made in expectations.family("segments")
    ]
    publish.publish("segments", NIGHT, addresses)
    listed = surfaces.tables()[0]
    assert (listed["night"], listed["data_as_of"], listed["age_nights"]) == (NIGHT, older, 2)
    assert listed["is_stale"]
    assert "source" in listed["why_stale"]


def test_a_rollback_shows_the_night_before(cellar: Home) -> None:
    good, bad = publish_night(NIGHT, seed=1), publish_night(NEXT, seed=2)
    assert publish.rollback("segments") == good
    assert seen() == [{"run_id": good, "night": NIGHT, "is_stale": True}]
    assert bad in surfaces.tables()[0]["why_stale"]


def test_a_run_that_was_rolled_back_does_not_come_back_by_itself(cellar: Home) -> None:
    good = publish_night(NIGHT, seed=1)
    publish_night(NEXT, seed=2)
    publish.rollback("segments")
    with pytest.raises(NotPublished, match="rolled back"):
        publish_night(NEXT, seed=2)
    surfaces.derive()
    assert seen() == [{"run_id": good, "night": NIGHT, "is_stale": True}]
    corrected = publish_night(NEXT, seed=3)
    assert seen() == [{"run_id": corrected, "night": NEXT, "is_stale": False}]


def test_a_rollback_never_goes_to_an_older_night_that_was_only_filled_in_later(shop_home: Home) -> None:
    oldest, good = publish_night(NIGHT, seed=1), publish_night(NEXT, seed=2)
    publish_night(NIGHT, seed=9)  # filled in again: newer in the ledger, older for readers
    publish_night(THIRD, seed=3)
    assert publish.rollback("segments") == good != oldest


def test_there_is_nothing_to_roll_back_to_before_a_second_publication(cellar: Home) -> None:
    run_id = publish_night(NIGHT)
    with pytest.raises(NotPublished, match="no earlier publication"):
        publish.rollback("segments")
    assert seen() == [{"run_id": run_id, "night": NIGHT, "is_stale": False}]


def accept_core(night: object, **stale: int) -> None:
    """One core table of each source, as many nights old as said."""
    for source, things in {"shop": "orders", "crm": "contacts", "support": "tickets"}.items():
        table = expectations.table(f"core_{source}__{things}")
        made_on = night - timedelta(days=stale.get(source, 0))  # type: ignore[operator]
        accept.accept(shelf.draft(table, made_on, rows_of(table, made_on, 60)))
        if made_on != night:
            accept.carry_over(night, [table], f"{source} failed")  # type: ignore[arg-type]


def test_nothing_new_is_published_when_two_sources_are_down(shop_home: Home) -> None:
    run_id = publish_night(NIGHT)
    accept_core(NEXT, crm=1, support=1)
    with pytest.raises(NotPublished, match="crm and support failed"):
        publish_night(NEXT)
    assert seen() == [{"run_id": run_id, "night": NIGHT, "is_stale": True}]


@pytest.mark.parametrize(("nights", "is_published"), [(3, True), (4, False)])
def test_a_shop_older_than_three_nights_stops_publishing(shop_home: Home, nights: int, is_published: bool) -> None:
    accept_core(NEXT, shop=nights)
    if is_published:
        assert publish_night(NEXT)
        return
    with pytest.raises(NotPublished, match="4 nights old"):
        publish_night(NEXT)
    assert surfaces.tables() == []


def test_quality_is_published_even_when_everything_is_down(shop_home: Home) -> None:
    accept_core(NEXT, shop=9, crm=9, support=9)
    assert publish.publish("quality", NEXT, drafts(NEXT, "quality"))


def test_a_contract_that_breaks_what_readers_were_promised_is_refused(
    shop_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_night(NIGHT)
    now = contracts.snapshot

    def narrowed(table: object) -> dict[str, object]:
        told = now(table)  # type: ignore[arg-type]
        return told | {"columns": {k: v for k, v in told["columns"].items() if k != "segment_name"}}

    monkeypatch.setattr(contracts, "snapshot", narrowed)
    with pytest.raises(NotPublished, match="segment_name"):
        publish_night(NEXT)


def test_what_tells_who_a_person_is_cannot_be_published(shop_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    table = expectations.table(SEGMENTS[0])
    leaky = replace(table, columns=(replace(table.columns[0], pii=Pii.CONTACT), *table.columns[1:]))
    monkeypatch.setattr(expectations, "family", lambda _name: (leaky,))
    with pytest.raises(NotPublished, match="not for readers"):
        publish.publish("segments", NIGHT, [])
    assert surfaces.tables() == []


def test_the_night_after_a_rollback_builds_on_what_readers_see(cellar: Home) -> None:
    table = expectations.table(SEGMENTS[0])
    publish_night(NIGHT, seed=1)
    seen_rows = shelf.read(table, NIGHT).arrow()
    publish_night(NEXT, seed=2)
    publish.rollback("segments")
    before = shelf.read_before(table, THIRD)
    assert before is not None
    assert before.night == NIGHT, "the rolled-back night is nobody's yesterday"
    assert before.arrow().equals(seen_rows)
