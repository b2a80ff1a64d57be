"""Accept: all of a call or none, the later attempt wins, the same rows change nothing, the last night can stand in."""

from dataclasses import replace
from datetime import timedelta

import pytest

import expectations
from mining_tasks.warehouse import accept, ledger, shelf
from mining_tasks.warehouse.home import Home
from mining_tasks.warehouse.keep_promises import BrokenPromises
from mining_tasks.warehouse.ledger_tables import transaction
from tests.warehouse.nights import NEXT, NIGHT, drafts, rows_of

PERSONAS = expectations.table("pub_segments__personas")
OPTIONAL = expectations.table("core_shop__returns")


def draft(seed: int, night: object = NIGHT, **facts: object) -> str:
    return shelf.draft(PERSONAS, night, rows_of(PERSONAS, night, seed=seed, **facts))  # type: ignore[arg-type]


def enter(address: str) -> None:
    """Accept without checking: what is asked here is asked of the ledger alone."""
    part = accept.place(shelf.opened(address))
    with transaction() as connection:
        accept.hold(connection, "acceptances")
        accept.enter(connection, part)


def test_a_draft_is_read_by_nobody_until_it_is_accepted(cellar: Home) -> None:
    address = draft(1)
    with pytest.raises(shelf.NotAccepted, match="goldseam status"):
        shelf.read(PERSONAS, NIGHT)
    accept.accept(address)
    assert shelf.read(PERSONAS, NIGHT).arrow().equals(rows_of(PERSONAS, NIGHT, seed=1))


def test_one_broken_promise_keeps_all_drafts_of_the_call_out(cellar: Home) -> None:
    good, broken, other = drafts(NIGHT)
    table = shelf.opened(broken).table
    rows = rows_of(table, NIGHT, segment_name=None)
    with pytest.raises(ValueError, match="segment_name"):
        accept.accept(good, shelf.draft(table, NIGHT, rows), other)
    assert ledger.accepted_on(NIGHT) == []


def test_what_was_checked_is_noted_even_when_it_did_not_hold(cellar: Home) -> None:
    low = rows_of(PERSONAS, NIGHT, segment_id="not an id")
    with pytest.raises(BrokenPromises):
        accept.accept(shelf.draft(PERSONAS, NIGHT, low.slice(0, 1)))
    checks = ledger.checks_on(NIGHT)
    assert len(checks) > 20
    assert {check["column_name"] for check in checks if not check["held"]} == {"segment_id"}


def test_accepting_again_after_the_answer_was_lost_changes_nothing(cellar: Home) -> None:
    address = draft(1)
    first = accept.accept(address)
    assert accept.accept(address) == first
    assert len(ledger.accepted_on(NIGHT)) == 1


def test_the_same_rows_have_the_same_run_and_are_accepted_once(cellar: Home) -> None:
    enter(draft(1))
    enter(draft(1))
    with transaction() as connection:
        rows = connection.execute(ledger.acceptances.select()).mappings().all()
    assert [row["attempt"] for row in rows] == [2], "the later attempt is remembered"


def test_an_earlier_attempt_that_comes_late_is_superseded(cellar: Home) -> None:
    early, late = draft(1), draft(2)
    enter(late)
    with pytest.raises(accept.Superseded, match="lost to attempt"):
        enter(early)
    assert shelf.read(PERSONAS, NIGHT).run_id == shelf.opened(late).run_id


def test_an_earlier_attempt_is_superseded_even_after_its_winner_was_repeated(cellar: Home) -> None:
    first, frozen, again = draft(1), draft(2), draft(1)
    enter(first)
    enter(again)
    with pytest.raises(accept.Superseded):
        enter(frozen)


def test_the_same_rows_from_a_source_that_is_back_are_no_longer_stale(cellar: Home) -> None:
    orders = expectations.table("core_shop__orders")
    source = replace(shelf.opened(draft(1)), is_stale=True, data_as_of=NIGHT - timedelta(days=1))
    enter(shelf.draft(orders, NIGHT, rows_of(orders, NIGHT, 20), reads=[source]))
    assert shelf.read(orders, NIGHT).is_stale
    enter(shelf.draft(orders, NIGHT, rows_of(orders, NIGHT, 20), reads=[replace(source, is_stale=False)]))
    assert not shelf.read(orders, NIGHT).is_stale


def test_a_draft_that_was_tidied_up_before_it_was_accepted_is_refused(cellar: Home) -> None:
    part = accept.place(shelf.opened(draft(1)))
    part.folder.rename(part.folder.with_name("gone"))
    with pytest.raises(shelf.NotAccepted, match="tidied up"), transaction() as connection:
        accept.enter(connection, part)


def test_the_last_good_night_stands_in_marked_stale_with_its_age_and_the_reason(cellar: Home) -> None:
    enter(draft(1))
    accept.carry_over(NEXT, [PERSONAS], "crm: fetch failed")
    stand_in = shelf.read(PERSONAS, NEXT)
    assert (stand_in.is_stale, stand_in.data_as_of, stand_in.night) == (True, NIGHT, NIGHT)
    row = ledger.accepted(PERSONAS.name, NEXT)
    assert row
    assert (row["is_carried_over"], row["why"]) == (True, "crm: fetch failed")
    assert ledger.row_counts_before(PERSONAS.name, NEXT + timedelta(days=1), 14) == [12], "a stand-in counts no rows"


def test_tonights_own_data_replace_what_stood_in_for_them(cellar: Home) -> None:
    enter(draft(1))
    accept.carry_over(NEXT, [PERSONAS], "crm: fetch failed")
    enter(draft(2, NEXT))
    assert not shelf.read(PERSONAS, NEXT).is_stale


def test_what_was_accepted_tonight_is_not_carried_over(cellar: Home) -> None:
    enter(draft(1))
    enter(draft(2, NEXT))
    accept.carry_over(NEXT, [PERSONAS], "crm: fetch failed")
    assert not shelf.read(PERSONAS, NEXT).is_stale


def test_before_a_first_good_night_nothing_can_stand_in(cellar: Home) -> None:
    with pytest.raises(accept.NothingToCarry, match="no good night before"):
        accept.carry_over(NIGHT, [PERSONAS], "crm: fetch failed")


def test_an_optional_table_that_never_came_stands_in_without_rows_and_counts_as_no_night(cellar: Home) -> None:
    accept.carry_over(NEXT, [OPTIONAL], "shop: fetch failed")
    stand_in = shelf.read(OPTIONAL, NEXT)
    assert (stand_in.rows, stand_in.is_stale) == (0, True)
    assert stand_in.arrow().num_rows == 0
    assert ledger.accepted_before(OPTIONAL.name, NEXT + timedelta(days=1)) is None
