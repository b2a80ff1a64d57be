"""Every broken promise is found, each alone, and only it (V1, P1)."""

import logging
from datetime import date, timedelta
from decimal import Decimal

import pyarrow.parquet as pq
import pytest

import expectations
from expectations.identities import core_identities__customers
from expectations.shop import core_shop__order_lines, core_shop__products
from expectations.words import Severity, TablePromise
from mining_tasks.warehouse import accept, keep_promises, ledger, shelf, spread
from mining_tasks.warehouse.checks import BrokenPromises
from mining_tasks.warehouse.keep_promises import broken, checked
from mining_tasks.warehouse.shelf import Partition
from tests.expectations.breakers import BREAKERS, broken_row
from tests.expectations.kinds import LARGE
from tests.sample import sample
from tests.warehouse.drafts import (
    ABOUT_ROWS,
    KINDS,
    NIGHT,
    SENTINEL,
    by_hand,
    first_file,
    good_rows,
    rows_of,
    sentences,
)


@pytest.fixture
def makers(shop_home) -> Partition:
    """The table that the test contract refers to."""
    return by_hand(core_shop__products, [sample(core_shop__products, 20)])


def test_good_rows_of_every_kind_keep_every_promise(makers):
    found = checked(by_hand(KINDS, [rows_of(KINDS, good_rows(makers))]), [makers])
    assert len(found) == len(KINDS.all_promises) + 1
    assert [check.line() for check in found if not check.held] == []


@pytest.mark.parametrize(("column", "promise"), ABOUT_ROWS, ids=lambda x: getattr(x, "name", type(x).__name__))
def test_a_row_that_breaks_one_promise_is_found_by_that_promise_alone(makers, column, promise):
    assert len(ABOUT_ROWS) >= len(BREAKERS)
    rows = good_rows(makers)
    whole = next(row for row in rows if None not in (row | {"channel_code": ""}).values())  # nobody is contacted
    rows[rows.index(whole)] = broken_row(KINDS, column, promise, whole)
    expected = [promise.sentence(column.name)]
    if column.name in KINDS.key and rows[0] is not whole and promise.__class__.__name__ == "Filled":
        expected.insert(0, f"{KINDS.name} has one row per kind_id and part_number")  # a key with a gap is no key
    found = broken(by_hand(KINDS, [rows_of(KINDS, rows)]), [makers])
    assert sentences(found) == expected
    assert found[-1].broken_rows == 1


def doubled(rows):
    return rows + rows[-1:]


def emptied(name: str, share: float):
    def change(rows):
        return [row | {name: None} if number < share * len(rows) else row for number, row in enumerate(rows)]

    return change


WHOLE_BREAKERS = {
    "OneRowPer": (doubled, "has one row per kind_id and part_number", 1),
    "Rows": (lambda rows: rows[:1], "has at least 2 and at most 500 rows", None),
    "MostlyFilled": (emptied("note", 0.3), "note is filled in at least 80% of rows", 12),
    "RefersTo": (lambda rows: [rows[0] | {"maker_id": "nobody"}, *rows[1:]], "maker_id stands in", 1),
    # no consents were ever accepted: what cannot be asked does not hold
    "Consented": (lambda rows: [rows[0] | {"channel_code": "email"}, *rows[1:]], "to which maker_id consents", None),
    "RowsNear": (lambda rows: rows[:27], "fewer and", None),
    "Steady": (lambda rows: [row | {"place": "moved"} for row in rows[:5]] + rows[5:], "another than on the last", 5),
}
COMPARED = ("RowsNear", "Steady")


@pytest.mark.parametrize("kind", WHOLE_BREAKERS)
def test_a_table_that_breaks_one_promise_is_found_by_that_promise_alone(makers, kind, monkeypatch):
    change, said, count = WHOLE_BREAKERS[kind]
    if kind in COMPARED:
        monkeypatch.setitem(expectations.tables(), KINDS.name, KINDS)
        accepted_the_night_before(makers)
    found = broken(by_hand(KINDS, [rows_of(KINDS, change(good_rows(makers)))]), [makers])
    assert len(found) == 1
    assert said in found[0].promise
    assert found[0].broken_rows == count


def test_a_kind_of_promise_about_tables_without_a_table_that_breaks_it_fails_the_build():
    kinds = {kind.__name__ for kind in TablePromise.__subclasses__() if kind.__module__.startswith("expectations.")}
    assert len(kinds) >= 5
    assert kinds == set(WHOLE_BREAKERS)


def accepted_the_night_before(makers) -> None:
    night = NIGHT - timedelta(days=1)
    accept.accept(
        shelf.draft(core_shop__products, night, makers.arrow()),
        shelf.draft(KINDS, night, rows_of(KINDS, good_rows(makers))),
    )


@pytest.mark.parametrize(("moved", "held"), [(4, True), (5, False)])
def test_one_row_in_ten_may_say_something_else_than_the_night_before_and_new_rows_anything(
    makers, moved, held, monkeypatch
):
    monkeypatch.setitem(expectations.tables(), KINDS.name, KINDS)
    accepted_the_night_before(makers)
    rows = good_rows(makers, 50)
    known = {(row["kind_id"], row["part_number"]) for row in good_rows(makers)}
    old, new = (
        [row for row in rows if ((row["kind_id"], row["part_number"]) in known) is was] for was in (True, False)
    )
    assert (len(old), len(new)) == (40, 10)
    changed = [row | {"place": "elsewhere"} for row in (*old[:moved], *new)]
    draft = by_hand(KINDS, [rows_of(KINDS, [*changed, *old[moved:]])])
    found = [check for check in checked(draft, [makers]) if "another than" in check.promise]
    assert [(check.held, check.broken_rows, check.is_guard) for check in found] == [(held, moved, True)]


def accepted_before(counts: list[int], table: str = KINDS.name) -> None:
    with ledger.transaction() as connection:
        for age, rows in enumerate(counts, start=1):
            night = NIGHT - timedelta(days=age)
            facts = {"table_name": table, "night": night, "data_as_of": night, "run_id": f"r{age}", "folder": "x"}
            connection.execute(ledger.acceptances.insert().values(**facts, attempt=1, is_stale=False, rows=rows))


@pytest.mark.parametrize(("rows", "held"), [(69, False), (70, True), (100, True), (200, True), (201, False)])
def test_the_row_count_may_fall_by_30_percent_and_double_not_more(makers, rows, held):
    accepted_before([100, 3, 1000, 90, 110])
    draft = by_hand(KINDS, [rows_of(KINDS, good_rows(makers, rows))])
    near = [check for check in checked(draft, [makers]) if "fewer and" in check.promise]
    assert [check.held for check in near] == [held]


def test_the_first_night_has_no_usual_row_count_and_passes(makers):
    assert broken(by_hand(KINDS, [rows_of(KINDS, good_rows(makers))]), [makers]) == []


def test_a_key_told_apart_only_over_two_files_is_still_doubled(makers):
    rows = rows_of(KINDS, good_rows(makers))
    found = broken(by_hand(KINDS, [rows, rows.slice(3, 2)]), [makers])
    assert sentences(found) == [f"{KINDS.name} has one row per kind_id and part_number"]
    assert found[0].broken_rows == 2


def test_a_bad_row_in_the_last_of_many_chunks_is_found(makers, monkeypatch):
    monkeypatch.setattr(keep_promises, "CHUNK_ROWS", 10)
    monkeypatch.setattr(spread, "READ_ROWS", 4)
    rows = good_rows(makers)
    rows[-1]["form"] = "abc"
    draft = by_hand(KINDS, [rows_of(KINDS, rows[:25]), rows_of(KINDS, rows[25:])])
    assert len(list(keep_promises._chunks(draft))) == 4
    assert sum(chunk.num_rows for chunk in keep_promises._chunks(draft)) == 40
    assert sentences(broken(draft, [makers])) == ["form matches `[A-Z]{3}`"]


@pytest.mark.parametrize("bad", [0, 7, 24, 25, 39])
def test_in_a_table_too_large_for_great_expectations_a_bad_row_is_found_wherever_it_lies(makers, monkeypatch, bad):
    monkeypatch.setattr(keep_promises, "SEEN_ROWS", 8)
    rows = good_rows(makers)
    rows[bad]["form"] = "abc"
    draft = by_hand(KINDS, [rows_of(KINDS, rows[:25]), rows_of(KINDS, rows[25:])])
    assert sum(chunk.num_rows for chunk in keep_promises._chunks(draft)) == 8
    found = broken(draft, [makers])
    assert sentences(found) == ["form matches `[A-Z]{3}`"]
    assert (found[0].rows, found[0].broken_rows) == (40, 1)


def test_a_breach_smaller_than_a_float_can_tell_is_found_in_decimals_and_whole_numbers(makers):
    rows = good_rows(makers)
    rows[0]["price_amount"] = LARGE + Decimal("0.0001")
    rows[1]["part_number"] = 2**53 + 1
    assert float(LARGE) == float(rows[0]["price_amount"])
    found = broken(by_hand(KINDS, [rows_of(KINDS, rows)]), [makers])
    assert sorted(check.column or "" for check in found) == ["part_number", "price_amount"]
    assert [check.broken_rows for check in found] == [1, 1]


def test_not_a_number_counts_as_out_of_bounds_and_as_missing(makers):
    rows = [row | {"score": float("nan")} for row in good_rows(makers)]
    rows[0]["weight_share"] = float("nan")
    found = broken(by_hand(KINDS, [rows_of(KINDS, rows)]), [makers])
    assert [check.column for check in found] == ["weight_share", "score"]


def test_references_are_looked_up_in_drafts_beside_then_in_what_was_accepted_and_else_broken(makers):
    draft = by_hand(KINDS, [rows_of(KINDS, good_rows(makers))])
    alone = broken(draft)
    assert [(check.column, check.why) for check in alone] == [("maker_id", "could not be checked (NotAccepted)")]
    accept.accept(shelf.draft(core_shop__products, NIGHT, makers.arrow()))
    assert broken(draft) == []


def test_a_broken_warning_does_not_stop_and_is_kept_in_the_ledger(shop_home):
    lines = sample(core_shop__order_lines, 10)
    products = sample(core_shop__products, 10)
    accept.accept(shelf.draft(core_shop__products, NIGHT, products), shelf.draft(core_shop__order_lines, NIGHT, lines))
    noted = [row for row in ledger.checks_on(NIGHT) if not row["held"]]
    assert [(row["column_name"], row["severity"], row["broken_rows"]) for row in noted] == [
        ("product_id_shop", Severity.WARN.value, 10)
    ]


def test_a_broken_stop_promise_accepts_nothing_and_tells_all_faults_in_four_parts(shop_home):
    rows = sample(core_identities__customers, 30).to_pylist()
    rows[3]["accounts_count"], rows[5]["shop_accounts_count"] = 0, -7
    rows[6]["customer_id"] = rows[7]["customer_id"] = SENTINEL
    address = shelf.draft(core_identities__customers, NIGHT, rows_of(core_identities__customers, rows))
    with pytest.raises(BrokenPromises) as refusal:
        accept.accept(address)
    assert ledger.accepted(core_identities__customers.name, NIGHT) is None
    said = str(refusal.value)
    assert "core_identities__customers: 4 promises broken, nothing accepted." in said
    assert "core_identities__customers.accounts_count is at least 1: 1 of 30 rows do not" in said
    assert "core_identities__customers has one row per customer_id: 1 of 30 rows do not" in said
    assert "core_identities__customers.customer_id matches `c_[0-9a-f]{16}`: 2 of 30 rows do not" in said
    assert f"Owner of core_identities__customers: {core_identities__customers.owner}." in said
    assert "Next: goldseam status --night 2018-01-01" in said
    assert SENTINEL not in said
    assert "-7" not in said


def test_one_bad_draft_keeps_the_good_one_beside_it_out(shop_home):
    good = shelf.draft(core_shop__products, NIGHT, sample(core_shop__products, 5))
    rows = sample(core_identities__customers, 5).to_pylist()
    rows[0]["accounts_count"] = 0
    bad = shelf.draft(core_identities__customers, NIGHT, rows_of(core_identities__customers, rows))
    with pytest.raises(BrokenPromises):
        accept.accept(good, bad)
    assert ledger.accepted_on(NIGHT) == []


def test_checking_is_silent_and_lets_no_value_into_logs_or_checks(makers, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    rows = [row | {"form": SENTINEL, "name": SENTINEL * 2} for row in good_rows(makers)]
    draft = by_hand(KINDS, [rows_of(KINDS, rows)])
    assert any(SENTINEL in str(row) for row in pq.read_table(first_file(draft)).to_pylist())
    found = checked(draft, [makers])
    assert sum(not check.held for check in found) == 2
    out, err = capfd.readouterr()
    assert (out, err) == ("", "")
    assert SENTINEL not in "".join([caplog.text, str(BrokenPromises(found, [draft])), str(found)])


def test_nights_are_compared_without_values_of_any_other_table(shop_home):
    accepted_before([5], table="core_other__things")
    assert ledger.row_counts_before(KINDS.name, date(2018, 1, 1), 14) == []
