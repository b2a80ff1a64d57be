"""What segments are made of: fair scores, one unit for money, nothing that is no number."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from mining_tasks.segments import enough, features, rfm
from tests.segments.shoppers import contract_table, prepared


def drawn(**values: list) -> pa.Table:
    ids = [f"c_{number:016x}" for number in range(len(next(iter(values.values()))))]
    return prepared(contract_table(ids, values))


def test_equal_customers_score_alike_and_the_best_fifth_scores_five():
    orders = [1] * 60 + [2] * 20 + list(range(3, 23))
    rows = drawn(orders_count=orders, recency_days=[float(n) for n in range(100)], sales_amount=orders)
    scores = np.array(rows["frequency_score"].to_pylist())
    assert set(scores[:60]) == {2}, "sixty one-timers share the middle of their three fifths"
    assert set(scores[60:80]) == {4}
    assert set(scores[80:]) == {5}
    recency = rows["recency_score"].to_pylist()
    assert [recency.count(score) for score in (1, 2, 3, 4, 5)] == [20] * 5
    assert recency[0] == 5, "who bought last scores highest"


def test_a_single_buyer_stands_in_the_middle():
    row = drawn(orders_count=[3], recency_days=[2.0], sales_amount=[9.5]).to_pylist()[0]
    assert (row["recency_score"], row["frequency_score"], row["monetary_score"]) == (3, 3, 3)


def test_a_customer_without_an_order_scores_nothing_and_is_no_buyer():
    rows = drawn(orders_count=[0, 5], recency_days=[None, 2.0], sales_amount=[0, 10]).to_pylist()
    assert not rows[0]["is_buyer"]
    assert {rows[0][f"{name}_score"] for name in ("recency", "frequency", "monetary")} == {0}
    assert rfm.cells(drawn(orders_count=[0, 5], recency_days=[None, 2.0], sales_amount=[0, 10])).to_pylist()[0] == (
        "no orders"
    )


def test_spend_is_ranked_and_measured_within_a_currency():
    values = {"orders_count": [2] * 6, "recency_days": [1.0] * 6, "sales_amount": [10, 20, 30, 1000, 2000, 3000]}
    given = contract_table([f"c_{n:016x}" for n in range(6)], values)
    place = given.schema.get_field_index("currency")
    rows = prepared(given.set_column(place, "currency", pa.array(["EUR"] * 3 + ["JPY"] * 3)))
    assert rows["monetary_score"].to_pylist()[:3] == rows["monetary_score"].to_pylist()[3:]
    scale = features.money_scale(rows)
    assert scale == {"EUR": 20.0, "JPY": 2000.0}
    index = features.matrix(rows, scale)[:, features.FEATURES.index("sales_index")]
    assert index.tolist() == pytest.approx([50, 100, 150, 50, 100, 150])


def test_a_currency_the_model_never_saw_counts_as_the_median():
    rows = drawn(orders_count=[2, 3], recency_days=[1.0, 2.0], sales_amount=[10, 20])
    assert features.matrix(rows, {"USD": 5.0})[:, 2].tolist() == [100.0, 100.0]


def test_numbers_that_are_none_and_refunds_do_not_reach_the_model():
    rows = drawn(orders_count=[2, 2], recency_days=[float("inf"), 3.0], sales_amount=[-50, 20])
    numbers = features.matrix(rows, {"EUR": 20.0})
    assert np.isfinite(numbers).all()
    assert (numbers >= 0).all()


def test_the_named_cells_have_neither_gaps_nor_strangers():
    from expectations.segments import RFM_CELLS

    assert {cell for row in rfm.GRID for cell in row} | {"no orders"} == set(RFM_CELLS)
    ids = rfm.cell_ids()
    assert len(set(ids.values())) == len(RFM_CELLS) - 1
    assert min(ids.values()) == "s_80"


def test_a_small_shop_is_told_what_is_missing_and_from_when_it_will_be_there():
    rows = drawn(orders_count=[2] * 200, recency_days=[1.0] * 200, sales_amount=[5] * 200, tenure_days=[30.0] * 200)
    found = enough.enough(rows, features.matrix(rows, {"EUR": 5.0}), date(2018, 1, 1))
    assert found.missing.startswith("200 buyers, 350 are needed")
    assert "2018-03-10" in found.missing, "150 are missing, 200 came in 90 days: 68 days"


def test_a_shop_of_customers_who_are_all_alike_has_nothing_to_learn():
    rows = drawn(orders_count=[2] * 400, recency_days=[1.0] * 400, sales_amount=[5] * 400)
    found = enough.enough(rows, features.matrix(rows, {"EUR": 5.0}), date(2018, 1, 1))
    assert "1 different behaviours" in found.missing
