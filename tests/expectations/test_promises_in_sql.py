"""What SQL says of a promise is never NULL, never about a missing value, and never a guess."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import duckdb
import pytest

from expectations import tables
from expectations.speak import sql
from expectations.words import (
    Between,
    Column,
    Filled,
    Matches,
    NotBefore,
    NotLonger,
    OneOf,
    RowPromise,
    Rows,
    Severity,
    table,
)


@dataclass(frozen=True)
class Palindrome(RowPromise):
    """A kind that nobody taught to SQL."""


def breaks(promise: RowPromise, kind: str, value: object) -> object:
    condition = sql.condition(Column(str, "x", name="c"), promise)
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        query = f'SELECT {condition} FROM (SELECT CAST($value AS {kind}) AS "c", NULL AS "other")'
        return connection.execute(query, {"value": value}).fetchall()[0][0]


OF_A_MISSING_VALUE = [
    (OneOf(("a", "b")), "VARCHAR"),
    (Between(1, 5), "BIGINT"),
    (Between(0.0), "DOUBLE"),
    (Matches("[a-z]+"), "VARCHAR"),
    (NotLonger(3), "VARCHAR"),
    (NotBefore("other"), "DATE"),
]


@pytest.mark.parametrize(("promise", "kind"), OF_A_MISSING_VALUE)
def test_a_missing_value_breaks_nothing_but_filled(promise, kind):
    assert breaks(promise, kind, None) is False
    assert breaks(Filled(), kind, None) is True


@pytest.mark.parametrize("promise", [Between(0.0), Between(0.0, 1.0), Between(high=1.0)])
def test_what_is_not_a_number_lies_between_no_bounds(promise):
    assert breaks(promise, "DOUBLE", float("nan")) is True
    assert breaks(promise, "DOUBLE", 0.5) is False


@pytest.mark.parametrize(
    ("promise", "kind", "inside", "outside"),
    [
        (Between(date(2020, 1, 1), date(2020, 1, 2)), "DATE", date(2020, 1, 2), date(2020, 1, 3)),
        (Between(high=datetime(2020, 1, 1)), "TIMESTAMPTZ", "2020-01-01 00:00:00Z", "2020-01-01 00:00:00.000001Z"),
        (Between(Decimal("0.0001")), "DECIMAL(18, 4)", Decimal("0.0001"), Decimal("0.0000")),
        (OneOf(("it's", "b")), "VARCHAR", "it's", "its"),
        (Matches("[a-z]+"), "VARCHAR", "ab", "ab\n"),
        (NotLonger(3), "VARCHAR", "äö🙂", "äö🙂a"),
    ],
)
def test_bounds_belong_to_what_is_promised(promise, kind, inside, outside):
    assert breaks(promise, kind, inside) is False
    assert breaks(promise, kind, outside) is True


def test_a_kind_that_sql_does_not_know_raises():
    with pytest.raises(sql.UnknownPromise, match="Palindrome"):
        sql.condition(Column(str, "x", name="c"), Palindrome())
    with pytest.raises(sql.UnknownPromise, match="Palindrome"):
        sql.reason(Column(str, "x", name="c"), Palindrome())


def test_a_promise_about_rows_that_names_no_column_raises():
    @table(owner="x", key=("c",), promises=(Rows(), Palindrome()))
    class raw_tests__things:
        """A thing."""

        c = Column(str, "x")

    with pytest.raises(sql.UnknownPromise):
        sql.breaks(raw_tests__things, Severity.STOP)


def test_a_value_of_no_type_of_ours_has_no_literal():
    with pytest.raises(TypeError):
        sql.literal(object())


def test_every_row_promise_of_every_contract_can_be_said():
    said = [broken for each in tables().values() for severity in Severity for broken in sql.breaks(each, severity)]
    assert len(said) > 200
    assert all(broken.reason.startswith(f"{broken.column.name}: ") for broken in said)
