"""Every broken promise is found, each alone; whatever cannot be checked counts as broken (V1, V2, P1)."""

import logging
import threading
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from expectations.customers import core_customers__departments
from expectations.identities import core_identities__customers
from expectations.shop import core_shop__order_lines, core_shop__products
from expectations.speak import arrow, sql, suite
from expectations.words import RowPromise, Severity, TablePromise
from mining_tasks.warehouse import accept, keep_promises, ledger, shelf, whole_table
from mining_tasks.warehouse.checks import BrokenPromises, Check
from mining_tasks.warehouse.keep_promises import broken, checked
from mining_tasks.warehouse.shelf import Partition
from tests.expectations.breakers import BREAKERS, broken_row
from tests.expectations.kinds import LARGE, core_tests__kinds
from tests.sample import sample
from tests.warehouse.drafts import NIGHT, by_hand, first_file

KINDS = core_tests__kinds
GAPS = pa.schema([field.with_nullable(True) for field in arrow.schema(KINDS)])
SENTINEL = "Zebulon.Quux@example.org"


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("GOLDSEAM_HOME", str(tmp_path))
    (tmp_path / "sources.toml").write_text('[shop]\ntimezone = "UTC"\n')


@pytest.fixture
def makers() -> Partition:
    """The table that the test contract refers to."""
    return by_hand(core_shop__products, [sample(core_shop__products, 20)])


def good_rows(makers: Partition, count: int = 40) -> list[dict[str, Any]]:
    return sample(KINDS, count, others={makers.table.name: makers.arrow()}).to_pylist()


def rows_of(table, rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=pa.schema([f.with_nullable(True) for f in arrow.schema(table)]))


def sentences(checks: list[Check]) -> list[str]:
    return [check.promise for check in checks]


def test_good_rows_of_every_kind_keep_every_promise(makers):
    found = checked(by_hand(KINDS, [rows_of(KINDS, good_rows(makers))]), [makers])
    assert len(found) == len(KINDS.all_promises) + 1
    assert [check.line() for check in found if not check.held] == []


ABOUT_ROWS = [(column, promise) for column, promise in KINDS.all_promises if isinstance(promise, RowPromise)]


@pytest.mark.parametrize(("column", "promise"), ABOUT_ROWS, ids=lambda x: getattr(x, "name", type(x).__name__))
def test_a_row_that_breaks_one_promise_is_found_by_that_promise_alone(makers, column, promise):
    assert len(ABOUT_ROWS) >= len(BREAKERS)
    rows = good_rows(makers)
    whole = next(row for row in rows if None not in row.values())
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
    "RowsNear": (lambda rows: rows[:27], "fewer and", None),
}


@pytest.mark.parametrize("kind", WHOLE_BREAKERS)
def test_a_table_that_breaks_one_promise_is_found_by_that_promise_alone(makers, kind):
    change, said, count = WHOLE_BREAKERS[kind]
    if kind == "RowsNear":
        accepted_before([40])
    found = broken(by_hand(KINDS, [rows_of(KINDS, change(good_rows(makers)))]), [makers])
    assert len(found) == 1
    assert said in found[0].promise
    assert found[0].broken_rows == count


def test_a_kind_of_promise_about_tables_without_a_table_that_breaks_it_fails_the_build():
    kinds = {kind.__name__ for kind in TablePromise.__subclasses__() if kind.__module__.startswith("expectations.")}
    assert len(kinds) >= 5
    assert kinds == set(WHOLE_BREAKERS)


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
    monkeypatch.setattr(keep_promises, "READ_ROWS", 4)
    rows = good_rows(makers)
    rows[-1]["form"] = "abc"
    draft = by_hand(KINDS, [rows_of(KINDS, rows[:25]), rows_of(KINDS, rows[25:])])
    assert len(list(keep_promises._chunks(draft))) == 4
    assert sum(chunk.num_rows for chunk in keep_promises._chunks(draft)) == 40
    assert sentences(broken(draft, [makers])) == ["form matches `[A-Z]{3}`"]


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


def test_an_empty_table_is_refused_unless_its_contract_allows_it(makers):
    assert [check.why for check in broken(by_hand(KINDS, [GAPS.empty_table()]), [makers])] == ["0 rows found"]
    assert len(broken(by_hand(KINDS, []), [makers])) == len(KINDS.all_promises)
    allowed = by_hand(core_customers__departments, [arrow.schema(core_customers__departments).empty_table()])
    assert broken(allowed) == []


def test_a_missing_column_is_told_and_breaks_its_promises(makers):
    draft = by_hand(KINDS, [rows_of(KINDS, good_rows(makers)).drop_columns(["kind_id", "form"])])
    found = {check.promise: check for check in broken(draft, [makers])}
    assert found[f"{KINDS.name} has the columns of its contract 1.0.0"].why == "form is missing; kind_id is missing"
    assert "kind_id is never missing" in found
    assert "form matches `[A-Z]{3}`" in found


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda t: t.append_column("extra", pa.nulls(t.num_rows)), "extra was not promised"),
        (
            lambda t: t.set_column(1, "part_number", t["part_number"].cast(pa.string())),
            "part_number is string, not int64",
        ),
    ],
)
def test_a_column_nobody_promised_or_of_another_type_is_refused(makers, change, why):
    found = broken(by_hand(KINDS, [change(rows_of(KINDS, good_rows(makers)))]), [makers])
    assert found[0].why == why


def test_a_manifest_that_says_more_rows_than_the_files_hold_is_refused(makers):
    found = broken(by_hand(KINDS, [rows_of(KINDS, good_rows(makers))], said_rows=41), [makers])
    assert [check.why for check in found] == ["its manifest says 41 rows, its files hold 40"]


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(path.read_bytes()[:-99])])
def test_a_lost_or_cut_file_breaks_every_promise(makers, damage):
    draft = by_hand(KINDS, [rows_of(KINDS, good_rows(makers))])
    damage(first_file(draft))
    found = checked(draft, [makers])
    assert len(found) == len(KINDS.all_promises) + 1
    assert not any(check.held for check in found)


def fails(*_: Any, **__: Any) -> Any:
    fails.calls += 1
    raise RuntimeError(f"cannot check {SENTINEL}")


@pytest.mark.parametrize(
    ("place", "name"), [(suite, "suite_of_rows"), (keep_promises, "_batches"), (keep_promises, "_frame")]
)
def test_great_expectations_raising_breaks_every_promise_about_rows(makers, monkeypatch, place, name):
    fails.calls = 0
    monkeypatch.setattr(place, name, fails)
    found = broken(by_hand(KINDS, [rows_of(KINDS, good_rows(makers))]), [makers])
    assert fails.calls == 1
    assert len(found) == len(ABOUT_ROWS)
    assert {check.why for check in found} == {"could not be checked (RuntimeError)"}


def test_one_rule_that_raises_inside_great_expectations_is_broken_alone(makers, monkeypatch):
    import great_expectations.expectations.metrics.column_map_metrics.column_value_lengths as metric

    fails.calls = 0
    assert "column_values.value_length" in metric.__dict__["ColumnValuesValueLength"].condition_metric_name
    from great_expectations.execution_engine import PandasExecutionEngine
    from great_expectations.expectations.registry import _registered_metrics

    providers = _registered_metrics["column_values.value_length.between.condition"]["providers"]
    kind, _ = providers[PandasExecutionEngine.__name__]
    monkeypatch.setitem(providers, PandasExecutionEngine.__name__, (kind, fails))
    found = broken(by_hand(KINDS, [rows_of(KINDS, good_rows(makers))]), [makers])
    assert fails.calls >= 1
    assert sentences(found) == ["name has at most 12 characters"]
    assert SENTINEL not in str(BrokenPromises(found))


def test_an_answer_that_does_not_come_counts_as_broken(makers, monkeypatch):
    silent = suite.suite_of_rows

    def without_the_last(table, rows):
        made = silent(table, rows)
        made.expectations = made.expectations[:-1]
        return made

    monkeypatch.setattr(suite, "suite_of_rows", without_the_last)
    found = broken(by_hand(KINDS, [rows_of(KINDS, good_rows(makers))]), [makers])
    assert [check.why for check in found] == ["could not be checked (no answer)"]


def test_a_chunk_that_great_expectations_saw_in_part_breaks_every_promise_about_rows(makers, monkeypatch):
    whole = keep_promises._frame
    monkeypatch.setattr(keep_promises, "_frame", lambda chunk: whole(chunk).drop(columns=["note"]))
    found = broken(by_hand(KINDS, [rows_of(KINDS, good_rows(makers))]), [makers])
    assert len(found) == len(ABOUT_ROWS)


def test_a_check_that_hangs_is_left_behind_and_counts_as_broken(makers, monkeypatch):
    keep_promises._batches()
    release, hung = threading.Event(), threading.Event()

    def hang(*_: Any) -> Any:
        hung.set()
        release.wait(30)
        raise RuntimeError

    draft = by_hand(KINDS, [rows_of(KINDS, good_rows(makers))])
    monkeypatch.setattr(keep_promises, "_seen_by_gx", hang)
    monkeypatch.setattr(keep_promises, "PATIENCE_SECONDS", 3.0)
    found = broken(draft, [makers])
    release.set()
    assert hung.is_set()
    assert {check.why for check in found} == {"could not be checked (NoAnswer)"}
    assert len(found) == len(ABOUT_ROWS)


@pytest.mark.parametrize(("place", "name"), [(sql, "condition"), (whole_table, "count_rows")])
def test_sql_raising_breaks_every_promise(makers, monkeypatch, place, name):
    fails.calls = 0
    monkeypatch.setattr(place, name, fails)
    found = broken(by_hand(KINDS, [rows_of(KINDS, good_rows(makers))]), [makers])
    assert fails.calls == 1
    assert len(found) == len(KINDS.all_promises)


def test_a_promise_of_a_kind_nobody_was_taught_is_broken_not_passed(makers):
    class Lucky(TablePromise):
        def sentence(self, subject: str) -> str:
            return f"{subject} is lucky"

    for teach in (lambda p: suite.spoken(p, KINDS, None), lambda p: whole_table.asked(p, None, None)):
        with pytest.raises(NotImplementedError, match="Lucky"):
            teach(Lucky())


def test_references_are_looked_up_in_drafts_beside_then_in_what_was_accepted_and_else_broken(makers):
    draft = by_hand(KINDS, [rows_of(KINDS, good_rows(makers))])
    alone = broken(draft)
    assert [(check.column, check.why) for check in alone] == [("maker_id", "could not be checked (NotAccepted)")]
    accept.accept(shelf.draft(core_shop__products, NIGHT, makers.arrow()))
    assert broken(draft) == []


def test_a_broken_warning_does_not_stop_and_is_kept_in_the_ledger():
    lines = sample(core_shop__order_lines, 10)
    products = sample(core_shop__products, 10)
    accept.accept(shelf.draft(core_shop__products, NIGHT, products), shelf.draft(core_shop__order_lines, NIGHT, lines))
    noted = [row for row in ledger.checks_on(NIGHT) if not row["held"]]
    assert [(row["column_name"], row["severity"], row["broken_rows"]) for row in noted] == [
        ("product_id_shop", Severity.WARN.value, 10)
    ]


def test_a_broken_stop_promise_accepts_nothing_and_tells_all_faults_in_four_parts():
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


def test_one_bad_draft_keeps_the_good_one_beside_it_out():
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


def test_nights_are_compared_without_values_of_any_other_table():
    accepted_before([5], table="core_other__things")
    assert ledger.row_counts_before(KINDS.name, date(2018, 1, 1), 14) == []
