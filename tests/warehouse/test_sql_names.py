"""Names from settings and contracts cannot carry SQL (X4)."""

import pytest

from mining_tasks.warehouse.sql import BadIdentifier, column_list, quoted, text

HOSTILE = ['x"; drop table y;--', "", "1st", "a b", "a.b", "ä", "x\0", "x\n", "../x", "x" * 64, '"', "a;b"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_that_could_carry_sql_is_refused(name):
    with pytest.raises(BadIdentifier):
        quoted(name)


@pytest.mark.parametrize("name", ["orders", "Orders", "_id", "order", "select", "x" * 63])
def test_an_ordinary_name_is_quoted_even_if_it_is_a_keyword(name):
    assert quoted(name) == f'"{name}"'


def test_a_list_of_names_can_be_qualified():
    assert column_list(["a", "b"], of="t") == 't."a", t."b"'


def test_a_text_cannot_leave_its_quotes():
    assert text("it's; --") == "'it''s; --'"
