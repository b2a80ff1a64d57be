"""A model sees the columns it was taught, by name; and a feature that knows more than its date allows is found."""

import numpy as np
import pyarrow as pa
import pytest

from mining_tasks.experiments.layout import WrongColumns, layout
from mining_tasks.experiments.leakage import looks_ahead

ROWS = 100
TABLE = pa.table(
    {
        "orders": pa.array(range(ROWS), pa.int32()),
        "rating": pa.array([None if row % 4 == 0 else row / 2 for row in range(ROWS)], pa.float64()),
        "country": ["NA" if row % 2 else "DE" for row in range(ROWS - 1)] + ["Atlantis"],
        "is_member": [row % 3 == 0 for row in range(ROWS)],
    }
)
TAUGHT = layout(TABLE, ["orders", "rating", "country", "is_member"])


def test_numbers_gaps_and_categories_have_places_of_their_own():
    assert TAUGHT.names == ("orders", "rating", "rating is missing", "country = DE", "country = NA", "is_member")
    assert TAUGHT.sources == ("orders", "rating", "rating", "country", "country", "is_member")
    first = TAUGHT.matrix(TABLE)[0]
    assert np.isnan(first[1])
    assert first[[0, 2, 3, 4, 5]].tolist() == [0.0, 1.0, 1.0, 0.0, 1.0]


def test_the_order_and_width_of_columns_do_not_matter():
    turned = TABLE.select(TABLE.column_names[::-1]).append_column("new", pa.array(range(ROWS)))
    wide = turned.set_column(3, "orders", TABLE["orders"].cast(pa.float64()))
    coded = wide.set_column(1, "country", TABLE["country"].combine_chunks().dictionary_encode())
    for table in (turned, wide, coded):
        assert np.array_equal(TAUGHT.matrix(table), TAUGHT.matrix(TABLE), equal_nan=True)


def test_missing_columns_and_other_kinds_are_all_told_at_once():
    wrong = TABLE.drop_columns(["rating"]).set_column(0, "orders", TABLE["orders"].cast(pa.string()))
    with pytest.raises(WrongColumns, match="orders is string, taught as a number; rating is missing"):
        TAUGHT.matrix(wrong)
    with pytest.raises(WrongColumns, match="nobody is missing"):
        layout(TABLE, ["nobody"])


def test_a_value_never_taught_and_a_rare_one_share_a_place():
    new = TABLE.set_column(2, "country", pa.array(["FR"] * ROWS))
    assert TAUGHT.matrix(new)[:, 3:5].sum() == 0
    assert TAUGHT.matrix(TABLE)[-1, 3:5].sum() == 0


def test_names_and_free_text_never_become_a_category():
    with pytest.raises(WrongColumns, match="100 different texts"):
        layout(pa.table({"name": [f"person {row}" for row in range(ROWS)]}), ["name"])


def test_infinite_numbers_count_as_missing():
    table = pa.table({"x": [1.0, float("inf"), float("-inf")]})
    assert np.isnan(layout(table, ["x"]).matrix(table)[1:, 0]).all()


def test_a_feature_computed_after_its_cut_off_is_found():
    then = pa.table({"customer_id": ["a", "b", "c"], "orders": [1, 2, 3], "spend": [1.0, None, 0.1 + 0.2]})
    now = pa.table({"customer_id": ["c", "b", "a"], "orders": [3, 4, 1], "spend": [0.3, None, 1.0], "late": [0, 0, 1]})
    assert looks_ahead(then, now.drop_columns(["late", "orders"]), "customer_id") == ()
    assert looks_ahead(then, now, "customer_id") == (
        "orders was computed after its cut-off: 1 of 3 rows differ",
        "late was computed after its cut-off: 3 of 3 rows differ",
    )
    with pytest.raises(ValueError, match="other values of customer_id"):
        looks_ahead(then.slice(1), now, "customer_id")
