"""Great Expectations, SQL and plain Python read every promise about rows alike, whatever the values are."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expectations.speak import arrow, sql
from expectations.speak.suite import suite_of_rows
from expectations.words import RowPromise
from mining_tasks.warehouse import keep_promises
from tests.expectations.breakers import Row, is_broken
from tests.expectations.kinds import core_tests__kinds

KINDS = core_tests__kinds
ABOUT_ROWS = [(column, promise) for column, promise in KINDS.all_promises if isinstance(promise, RowPromise)]
SCHEMA = pa.schema([field.with_nullable(True) for field in arrow.schema(KINDS)])
TEXTS = st.one_of(
    st.sampled_from(
        ["red", "RED", "it's green", "EUR", "EUR\n", "\nEUR", "eur", "NaN", "NA", "", " ", "ÄÖÜ", "a" * 13]
    ),
    st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\x00"), max_size=14),
)
EDGES = [
    datetime(1999, 12, 31, 23, 59, 59, 999999, UTC),
    datetime(2000, 1, 1, tzinfo=UTC),
    datetime(2030, 1, 1, tzinfo=UTC),
]
VALUES: dict[type, st.SearchStrategy[Any]] = {
    str: TEXTS,
    int: st.integers(-(2**50), 2**50),
    float: st.floats(-2, 3) | st.sampled_from([0.0, -0.0, 1.0, 1.0000000000000002, -5e-324, float("inf")]),
    bool: st.booleans(),
    Decimal: st.decimals(-100, 10**9, places=4),
    date: st.dates(date(1999, 12, 1), date(2030, 1, 5)) | st.sampled_from([date(1999, 12, 31), date(2030, 1, 1)]),
    datetime: st.datetimes(datetime(1999, 12, 1), datetime(2030, 1, 5), timezones=st.just(UTC))
    | st.sampled_from(EDGES),
}
ROWS = st.lists(
    st.fixed_dictionaries({column.name: st.none() | VALUES[column.type] for column in KINDS.columns}),
    min_size=1,
    max_size=25,
)


def by_python(rows: list[Row]) -> list[list[int]]:
    return [[i for i, row in enumerate(rows) if is_broken(p, row[c.name], row)] for c, p in ABOUT_ROWS]


def by_sql(table: pa.Table) -> list[list[int]]:
    conditions = ", ".join(sql.condition(column, promise) for column, promise in ABOUT_ROWS)
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("rows", table)
        found = connection.execute(f"SELECT {conditions} FROM rows").fetchall()
    return [[i for i, row in enumerate(found) if row[number]] for number in range(len(ABOUT_ROWS))]


def by_great_expectations(table: pa.Table) -> list[list[int]]:
    frame = keep_promises._frame(table)
    batch = keep_promises._batches().get_batch(batch_parameters={"dataframe": frame})
    results = batch.validate(suite_of_rows(KINDS, len(frame)), result_format="COMPLETE").results
    found = {keep_promises._told(result): result.result.get("unexpected_index_list") for result in results}
    return [sorted(found[(column.name, promise.sentence(column.name))] or []) for column, promise in ABOUT_ROWS]


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(ROWS)
def test_all_three_find_the_same_rows(rows):
    table = pa.Table.from_pylist(rows, schema=SCHEMA)
    expected = by_python(rows)
    assert by_sql(table) == expected
    assert by_great_expectations(table) == expected
