"""Every promise of every contract: a row that breaks only it is found by Great Expectations and by SQL, and only it."""

from typing import Any

import duckdb
import pyarrow as pa
import pytest
from great_expectations.core import ExpectationSuite

import expectations
from expectations.speak import arrow, sql
from expectations.speak.suite import suite, suite_of_rows
from expectations.words import Promise, RowPromise, Table, TablePromise
from mining_tasks.warehouse import keep_promises
from tests.expectations.breakers import BREAKERS, broken_row, whole
from tests.expectations.kinds import core_tests__kinds
from tests.sample import sample

TABLES = [core_tests__kinds, *expectations.tables().values()]


def about_rows(table: Table) -> list[tuple[Any, RowPromise]]:
    return [(column, promise) for column, promise in table.all_promises if column and isinstance(promise, RowPromise)]


def broken_rows(table: Table) -> pa.Table:
    """A good row first, then for each promise about rows one that breaks only it."""
    good, filler = (sample(table, 2, seed=seed).to_pylist()[0] for seed in (1, 1))
    for seed in range(2, 30):
        filler = sample(table, 2, seed=seed).to_pylist()[0] | {k: v for k, v in filler.items() if v is not None}
    good = whole(good, table, filler)
    if table is core_tests__kinds:
        good["sold_at"] = good["made_at"]
    rows = [good, *(broken_row(table, column, promise, good) for column, promise in about_rows(table))]
    schema = pa.schema([field.with_nullable(True) for field in arrow.schema(table)])
    return pa.Table.from_pylist(rows, schema=schema)


def test_there_are_promises_to_check():
    assert len(TABLES) > 20
    assert sum(len(about_rows(table)) for table in TABLES) > 200


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_sql_finds_exactly_the_row_that_breaks_each_promise(table: Table):
    rows = broken_rows(table)
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("rows", rows)
        for number, (column, promise) in enumerate(about_rows(table), start=1):
            condition = sql.condition(column, promise)
            found = connection.execute(f"SELECT {condition} FROM rows").fetchall()
            assert [row for row, (is_broken,) in enumerate(found) if is_broken] == [number], condition


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_great_expectations_finds_exactly_the_row_that_breaks_each_promise(table: Table):
    frame = keep_promises._frame(broken_rows(table))
    batch = keep_promises._batches().get_batch(batch_parameters={"dataframe": frame})
    results = batch.validate(suite_of_rows(table, len(frame)), result_format="COMPLETE").results
    found = {keep_promises._told(result): result.result.get("unexpected_index_list") for result in results}
    assert all(not result.exception_info["raised_exception"] for result in results)
    for number, (column, promise) in enumerate(about_rows(table), start=1):
        if table is core_tests__kinds and column.name == "price_amount":
            continue  # smaller than a float can tell: SQL sees it, see the test above and test_keep_promises
        assert found[(column.name, promise.sentence(column.name))] == [number], promise


def kinds(of: type[Promise]) -> set[type[Promise]]:
    below = {kind for child in of.__subclasses__() for kind in kinds(child)}
    return below or {of}


def test_a_kind_of_promise_about_rows_without_a_row_that_breaks_it_fails_the_build():
    words = {kind for kind in kinds(RowPromise) if kind.__module__.startswith("expectations.words")}
    assert len(words) >= 6
    assert words == set(BREAKERS)


def test_one_contract_of_the_tests_uses_every_kind_there_is():
    used = {type(promise) for _, promise in core_tests__kinds.all_promises}
    words = {k for k in kinds(RowPromise) | kinds(TablePromise) if k.__module__.startswith("expectations.words")}
    assert used == words


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_suite_asserts_columns_and_a_row_count_and_says_each_promise_in_words(table: Table):
    said = suite(table)
    assert isinstance(said, ExpectationSuite)
    types = [expectation.expectation_type for expectation in said.expectations]
    assert "expect_table_row_count_to_be_between" in types
    assert "expect_table_columns_to_match_set" in types
    promised = [
        p for _, p in table.all_promises if type(p).__name__ not in ("Consented", "RefersTo", "RowsNear", "Steady")
    ]
    assert len(said.expectations) == len(promised) + 1
    assert all(expectation.description and expectation.severity for expectation in said.expectations)
