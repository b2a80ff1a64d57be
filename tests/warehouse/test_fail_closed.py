"""What cannot be checked counts as broken: empty, missing, damaged, raising, silent and hanging (V2)."""

import threading
from typing import Any

import pyarrow as pa
import pytest

from expectations.customers import core_customers__departments
from expectations.shop import core_shop__products
from expectations.speak import arrow, sql, suite
from expectations.words import TablePromise
from mining_tasks.warehouse import keep_promises, whole_table
from mining_tasks.warehouse.checks import BrokenPromises
from mining_tasks.warehouse.keep_promises import broken, checked
from mining_tasks.warehouse.shelf import Partition
from tests.sample import sample
from tests.warehouse.drafts import ABOUT_ROWS, KINDS, SENTINEL, by_hand, first_file, good_rows, rows_of, sentences


@pytest.fixture
def makers(shop_home) -> Partition:
    """The table that the test contract refers to."""
    return by_hand(core_shop__products, [sample(core_shop__products, 20)])


def test_an_empty_table_is_refused_unless_its_contract_allows_it(makers):
    assert [check.why for check in broken(by_hand(KINDS, [rows_of(KINDS, [])]), [makers])] == ["0 rows found"]
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
