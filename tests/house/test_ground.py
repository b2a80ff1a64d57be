"""The contracts by their own rules: a current dictionary, samples that keep promises, no person shown to readers."""

import pytest

import expectations
from expectations.speak import arrow, dictionary
from expectations.words import Pii, Table
from mining_tasks.warehouse.keep_promises import broken
from tests.sample import sample
from tests.warehouse.drafts import by_hand

TABLES = list(expectations.tables().values())
PUBLISHED = [table for table in TABLES if table.layer == "pub"]
OF_A_PERSON = {Pii.CONTACT, Pii.FREE_TEXT, Pii.SENSITIVE}
MARKS = {"night", "data_as_of", "is_stale"}
ROWS = 30


def test_there_is_something_to_check():
    assert len(TABLES) > 20
    assert len(PUBLISHED) >= 8


def test_the_dictionary_is_current():
    assert dictionary.FILE.read_text() == dictionary.dictionary(TABLES) + "\n", "Next: make dictionary"


def test_the_dictionary_would_notice_a_changed_contract():
    assert dictionary.dictionary(TABLES[1:]) + "\n" != dictionary.FILE.read_text()
    assert all(column.text in dictionary.FILE.read_text().replace("\\|", "|") for t in TABLES for column in t.columns)


@pytest.mark.parametrize("table", PUBLISHED, ids=lambda table: table.name)
def test_a_published_table_points_at_no_person_and_says_how_old_it_is(table: Table):
    assert [column.name for column in table.columns if column.pii in OF_A_PERSON] == []
    assert {column.name for column in table.columns} >= MARKS


def test_contact_data_and_free_text_are_marked_where_they_come_in():
    marked = {column.name for table in TABLES for column in table.columns if column.pii in OF_A_PERSON}
    assert {"email", "phone", "surname", "given_name", "street", "birth_date", "body", "subject"} <= marked
    ours = [(table, column) for table in TABLES if table.layer in ("raw", "core") for column in table.columns]
    assert [(t.name, c.name) for t, c in ours if c.name in marked and c.pii not in OF_A_PERSON] == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_sample_rows_keep_every_promise(table: Table, shop_home):
    others = {
        name: by_hand(expectations.table(name), [sample(expectations.table(name), ROWS)]) for name in named(table)
    }
    rows = sample(table, ROWS, others={name: part.arrow() for name, part in others.items()})
    assert rows.schema == arrow.schema(table)
    assert [check.line() for check in broken(by_hand(table, [rows]), list(others.values()))] == []


def named(table: Table) -> set[str]:
    """Tables that a table refers to."""
    return {promise.table for _, promise in table.all_promises if hasattr(promise, "table")}


def test_the_same_seed_gives_the_same_rows_and_another_seed_others():
    table = expectations.table("core_shop__orders")
    assert sample(table, ROWS).equals(sample(table, ROWS))
    assert not sample(table, ROWS).equals(sample(table, ROWS, seed=1))
