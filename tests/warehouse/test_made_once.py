"""Great Expectations says the same of every promise, good rows or bad, whether or not it remembers what it made."""

from collections import Counter
from contextlib import nullcontext
from datetime import date
from typing import Any

import pytest

import expectations
from mining_tasks.warehouse import keep_promises, made_once, shelf
from mining_tasks.warehouse.home import Home
from tests.warehouse.nights import rows_of

NIGHT = date(2026, 11, 20)
TABLES = ("core_shop__orders", "core_crm__contacts", "pub_segments__customers")


def seen(name: str, bad: bool) -> list[tuple[Any, ...]]:
    """What is said of each promise of a table whose first column lies shuffled in the second, or of a good one."""
    table = expectations.table(name)
    draft = shelf.opened(shelf.draft(table, NIGHT, rows_of(table, NIGHT, 30)))
    chunk = next(keep_promises._chunks(draft))
    if bad:
        chunk = chunk.slice(0, 20).drop_columns([chunk.column_names[-1]])
        text = next(i for i, kind in enumerate(chunk.schema.types) if str(kind) == "string")
        chunk = chunk.set_column(text, chunk.column_names[text], [["?"] * 10 + [None] * 10])
    return sorted(
        (keep_promises._told(result), bool(result.success), str(result.expectation_config.kwargs))
        for result in keep_promises._judged(draft, chunk)
        if keep_promises._told(result)[0]
    )


@pytest.mark.parametrize("bad", [False, True])
@pytest.mark.parametrize("name", TABLES)
def test_the_answers_are_the_same_with_and_without_it(
    shop_home: Home, monkeypatch: pytest.MonkeyPatch, name: str, bad: bool
) -> None:
    remembering = seen(name, bad)
    monkeypatch.setattr(keep_promises, "made_once", nullcontext)
    assert seen(name, bad) == remembering
    assert remembering
    assert all(success for _, success, _ in remembering) is not bad


def test_each_is_made_once_within_and_as_often_as_asked_outside() -> None:
    import great_expectations.expectations as gxe
    from great_expectations.expectations.expectation import Expectation

    made_once._teach()
    assert hasattr(Expectation.configuration.fget, "__wrapped__"), "Great Expectations is still taught to remember"
    promise, other = (gxe.ExpectColumnValuesToNotBeNull(column=column) for column in ("a", "b"))
    with made_once.made_once():
        configuration = promise.configuration
        assert promise.configuration is configuration
        assert configuration.to_domain_obj() is configuration.to_domain_obj()
        assert other.configuration.kwargs == {"column": "b"}
    promise.column = "c"
    assert (promise.configuration.kwargs, configuration.kwargs) == ({"column": "c"}, {"column": "a"})
    assert promise.configuration is not promise.configuration


def test_nothing_is_remembered_from_one_validation_to_the_next() -> None:
    made = Counter[str]()

    class Subject:
        def make(self) -> str:
            made["times"] += 1
            return f"made {made['times']}"

    make, subject = made_once._once(Subject.make), Subject()
    for expected in ("made 1", "made 2"):
        with made_once.made_once():
            assert (make(subject), make(subject)) == (expected, expected)
    assert (make(subject), make(subject)) == ("made 3", "made 4")


def test_an_id_is_that_of_the_same_kinds_of_values() -> None:
    from great_expectations.core.id_dict import IDDict

    made_once._teach()
    assert hasattr(IDDict.to_id, "__wrapped__"), "Great Expectations is still taught to remember"
    values = [1, 1.0, True, "1", None, [1], ["a", 2], IDDict(a=1, b=2), date(2026, 11, 20)]
    alone = [IDDict(column="a", low=value).to_id() for value in values]
    assert len(set(alone)) == len(values)
    with made_once.made_once():
        for _ in range(2):
            assert [IDDict(column="a", low=value).to_id() for value in values] == alone
        changed = IDDict(column="a", low=1)
        changed["low"] = 2
        assert changed.to_id() == IDDict(column="a", low=2).to_id() != alone[0]
        assert changed.to_id(id_keys=["low"]) == "low=2"
