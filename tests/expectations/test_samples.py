"""The tools that other tests stand on: sample rows and drawn tables."""

import random
import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from expectations.segments import pub_segments__personas
from expectations.shop import core_shop__orders
from tests.drawn import drawn
from tests.sample import of_pattern, sample


@pytest.mark.parametrize(
    "pattern", ["[A-Z]{3}", "c_[0-9a-f]{16}", "s_(?:[0-9]{2}|none)", "(?:a|b):(?s:.{1,9})", "x?y+"]
)
def test_a_text_made_from_a_pattern_matches_it(pattern):
    draw = random.Random(1)
    made = {of_pattern(pattern, draw) for _ in range(50)}
    assert len(made) > 1
    assert all(re.fullmatch(pattern, text) for text in made)


def test_more_rows_than_a_contract_has_keys_for_are_refused():
    assert sample(pub_segments__personas, 20).num_rows == 20
    with pytest.raises(ValueError, match="different keys"):
        sample(pub_segments__personas, 101)
    with pytest.raises(ValueError, match="at least 1 rows"):
        sample(core_shop__orders, 0)


def test_a_drawn_table_holds_what_was_drawn_in_the_types_of_the_contract():
    rows = drawn(
        core_shop__orders,
        """
        order_id_shop | ordered_at          | sales_amount | currency | status_code
        007           | 2018-01-01 09:30    | 12.50        | EUR      | "a\\nb"
        NA            | 2018-01-01 10:00+02 | -1           |          | ""
        """,
        store_id_shop="s1",
    ).to_pylist()
    assert [row["order_id_shop"] for row in rows] == ["007", "NA"]
    assert rows[0]["ordered_at"] == datetime(2018, 1, 1, 9, 30, tzinfo=UTC)
    assert rows[1]["ordered_at"] == datetime(2018, 1, 1, 8, 0, tzinfo=UTC)
    assert (rows[0]["sales_amount"], rows[1]["currency"]) == (Decimal("12.5"), None)
    assert [row["status_code"] for row in rows] == ["a\nb", ""]
    assert {row["store_id_shop"] for row in rows} == {"s1"}
    assert {row["customer_id_shop"] for row in rows} == {None}
    assert all(row["updated_at"] for row in rows), "what may not be missing is filled in"


def test_a_misdrawn_table_is_refused():
    with pytest.raises(KeyError, match="no column 'colour'"):
        drawn(core_shop__orders, "order_id_shop | colour\no1 | red")
    with pytest.raises(ValueError, match="3 cells under 2 columns"):
        drawn(core_shop__orders, "order_id_shop | currency\no1 | EUR | 3")
    with pytest.raises(KeyError, match="no column shade"):
        drawn(core_shop__orders, "order_id_shop\no1", shade="dark")
