"""Personas are told from figures: rules that were checked on others, money of one currency, nobody singled out."""

from decimal import Decimal

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from mining_tasks.segments import challenger, personas, steps, surrogate
from mining_tasks.warehouse import engine
from tests.segments.shoppers import FIRST_NIGHT, Shop, prepared

CUSTOMERS = pa.table(
    {
        "customer_id": ["a", "b", "c", "d"],
        "segment_id": ["s_01", "s_01", "s_01", "s_02"],
        "segment_name": ["big", "big", "big", "small"],
        "score_source": ["k-means"] * 4,
        "rfm_cell": ["loyal", "loyal", "at risk", "lost"],
        "currency": ["EUR", "EUR", "JPY", "EUR"],
        "sales_amount": pa.array([Decimal("30.10"), Decimal("9.90"), Decimal(5000), Decimal(10)], pa.decimal128(18, 4)),
        "orders_count": [3, 1, 2, 1],
        "recency_days": [1.0, 5.0, 9.0, 100.0],
    }
)


def asked(sql: str, **tables: pa.Table) -> list[dict]:
    connection = duckdb.connect()
    for name, rows in tables.items():
        connection.register(name, rows)
    return connection.sql(engine.sql(steps.__file__, sql), params={"currency": "EUR"}).to_arrow_table().to_pylist()


def test_money_is_never_added_over_currencies():
    big, small = asked("personas.sql", pub_segments__customers=CUSTOMERS)
    assert (big["sales_amount"], small["sales_amount"]) == (Decimal(40), Decimal(10))
    assert (big["sales_share"], small["sales_share"]) == (0.8, 0.2)
    assert big["basket_mean_amount"] == 10, "40 euro over four orders paid in euro"
    assert (big["customers_count"], big["orders_mean"], big["recency_median_days"]) == (3, 2.0, 5.0)
    assert big["top_rfm_cell"] == "loyal"


def test_shares_are_missing_where_nobody_paid_anything():
    free = CUSTOMERS.set_column(6, "sales_amount", pa.array([Decimal(0)] * 4, pa.decimal128(18, 4)))
    assert {row["sales_share"] for row in asked("personas.sql", pub_segments__customers=free)} == {None}


def test_a_basket_lift_compares_shares_of_spend():
    bought = pa.table(
        {
            "customer_id": ["a", "a", "d", "d"],
            "department": ["FUEL", "DELI", "FUEL", "DELI"],
            "sales_amount": [Decimal(30), Decimal(10), Decimal(10), Decimal(30)],
        }
    )
    rows = asked("baskets.sql", pub_segments__customers=CUSTOMERS, core_customers__departments=bought)
    lifts = {(row["segment_id"], row["department"]): row["lift"] for row in rows}
    assert lifts == {("s_01", "FUEL"): 1.5, ("s_01", "DELI"): 0.5, ("s_02", "FUEL"): 0.5, ("s_02", "DELI"): 1.5}


def trait(segment: str | None, name: str, mean: float, known: int = 50) -> dict:
    return {"segment_id": segment, "trait": name, "mean": mean, "deviation": 2.0, "known_count": known}


def test_what_sets_apart_is_told_by_strength_and_small_differences_and_single_persons_are_not():
    rows = [
        trait(None, "orders_count", 4.0),
        trait(None, "stores_count", 4.0),
        trait(None, "tickets_count", 1.0),
        trait(None, "stars_mean", 3.0),
        trait("s_01", "orders_count", 6.0),
        trait("s_01", "stores_count", 14.0),
        trait("s_01", "tickets_count", 1.1),
        trait("s_01", "stars_mean", 9.0, known=4),
    ]
    assert personas._apart(rows) == {"s_01": ["stores 3.5 times the average", "orders 1.5 times the average"]}


def test_a_story_says_what_is_known_and_leaves_out_what_is_not():
    row = asked("personas.sql", pub_segments__customers=CUSTOMERS)[0]
    told = personas.story(row, personas.Told("orders 2.0 times the average", None))
    assert told == (
        "big: 3 customers, 75.0% of all. They bring 80.0% of sales. On average 2.0 orders of 10.00 EUR; half of them "
        "bought within the last 5 days. What sets them apart: orders 2.0 times the average."
    )


@pytest.fixture(scope="module")
def buyers() -> challenger.Buyers:
    return challenger.buyers(prepared(Shop(each=100).features(FIRST_NIGHT)), FIRST_NIGHT)


def test_the_surrogate_finds_a_rule_that_exists_and_says_how_well(buyers: challenger.Buyers):
    orders = np.asarray(buyers.rows["orders_count"].to_numpy())
    ids = np.where(orders > 50, "s_01", "s_02").astype(object)
    found = surrogate.imitated(buyers.rows, ids, dict(buyers.scale))
    assert found is not None
    assert found.fidelity > 0.97
    assert (found.rules["s_01"].fidelity or 0) > 0.97
    assert "orders over" in (found.rules["s_01"].words or "")


def test_the_surrogate_does_not_pretend_where_there_is_nothing_to_find(buyers: challenger.Buyers):
    ids = np.random.default_rng(0).choice(["s_01", "s_02"], buyers.rows.num_rows).astype(object)
    found = surrogate.imitated(buyers.rows, ids, dict(buyers.scale))
    assert found is not None
    assert found.fidelity < 0.65, "measured on customers that the tree never saw"


def test_one_segment_needs_no_rule(buyers: challenger.Buyers):
    assert surrogate.imitated(buyers.rows, np.full(buyers.rows.num_rows, "s_01", dtype=object), {"EUR": 1.0}) is None
