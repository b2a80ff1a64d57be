"""A contract that was declared badly is refused, with all its faults at once."""

from decimal import Decimal

import pytest

import expectations
from expectations.words import (
    Between,
    BrokenContract,
    Column,
    Filled,
    Matches,
    NotBefore,
    OneOf,
    OneRowPer,
    Rows,
    table,
)

FACTS = {"owner": "tests@example.com", "key": ("thing_id",), "promises": (Rows(),)}


def test_a_class_becomes_a_contract_with_its_columns_in_order():
    class _shared:
        thing_id = Column(str, "Which.", promises=(Filled(),))

    @table(**FACTS)
    class core_tests__things(_shared):
        """One row per thing.

        More about it.
        """

        price_amount = Column(Decimal, "Its price.")

    assert [column.name for column in core_tests__things.columns] == ["thing_id", "price_amount"]
    assert core_tests__things.grain == "One row per thing."
    parts = (core_tests__things.layer, core_tests__things.room, core_tests__things.things)
    assert parts == ("core", "tests", "things")
    assert core_tests__things.all_promises[0] == (None, OneRowPer(("thing_id",)))


def test_all_faults_of_a_contract_are_told_at_once():
    class orders:
        Thing = Column(list, "", promises=(OneOf(("a",)), NotBefore("nowhere")))
        form = Column(str, "Its form.", promises=(Matches("(a|b)"), Between(0), Between(0)))

    with pytest.raises(BrokenContract) as refusal:
        table(owner="x", key=("thing_id",), month_of="month")(orders)
    for fault in (
        "its name is not",
        "no docstring",
        "its key thing_id is no column",
        "month is no column",
        "how many rows",
        "'Thing' is not lower_snake_case",
        "none of ours",
        "no text says what it means",
        "compared with nowhere",
        "OneOf is for text",
        "write (?:…) for the groups",
        "form is at least 0: said twice",
    ):
        assert fault in str(refusal.value)


def test_what_is_optional_may_be_without_rows():
    class core_tests__things:
        """One row per thing."""

        thing_id = Column(str, "Its id.")

    with pytest.raises(BrokenContract, match="optional, so it may be without rows"):
        table(owner="x", key=("thing_id",), promises=(Rows(),), is_optional=True)(core_tests__things)
    optional = [contract for contract in expectations.tables().values() if contract.is_optional]
    assert {contract.layer for contract in optional} == {"raw", "core"}


def test_an_unknown_table_is_answered_with_the_ones_of_the_like_name():
    with pytest.raises(KeyError, match="core_shop__orders"):
        expectations.table("core_crm__orders")
    with pytest.raises(KeyError, match="order_id_shop"):
        expectations.table("core_shop__orders").column("order")
