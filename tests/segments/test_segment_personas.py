"""Personas are told from figures: rules that were checked on others, money of one currency, nobody singled out."""

import re
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
    assert {row["customers_share"] for row in rows if row["segment_id"] == "s_01"} == {0.5}, "b bought neither"
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
        "big: 3 customers, 75.0% of all. They bring 80.0% of sales. On average each placed 2.0 orders of 10.00 EUR; "
        "half of them bought within the last 5 days. What sets them apart from the average buyer: orders 2.0 times "
        "the average."
    )
    alone = personas.story({**row, "customers_count": 1, "recency_median_days": 0.0}, personas.Told("x", "DELI"))
    assert "big: 1 customer, " in alone
    assert "bought within the last 1 day." in alone


def test_nobody_is_said_to_have_never_bought_where_we_only_cannot_tell():
    row = asked("personas.sql", pub_segments__customers=CUSTOMERS)[0] | {"segment_id": "s_00"}
    told = personas.story(row, personas.Told("", None))
    assert "or nothing verified ties them to the account that did" in told
    empty = pa.table({name: pa.array([], pa.string()) for name in ("segment_id", "trait")})
    stranger = pa.Table.from_pylist([row])
    (persona,) = personas.personas(stranger, empty, empty, {}, {})
    assert persona["sets_apart"] == "no order in the shop could be tied to them"


def test_the_average_is_that_of_buyers():
    everyone = [*CUSTOMERS.to_pylist(), {**CUSTOMERS.to_pylist()[3], "customer_id": "e", "segment_id": "s_00"}]
    facts = [
        {"customer_id": row["customer_id"], "orders_count": row["orders_count"] * (row["segment_id"] != "s_00")}
        | {name: 1.0 for name in personas.TRAITS if name != "orders_count"}
        for row in everyone
    ]
    given = {"pub_segments__customers": everyone, "core_customers__features": facts}
    rows = asked("traits.sql", **{name: pa.Table.from_pylist(rows) for name, rows in given.items()})
    assert {row["segment_id"] for row in rows} == {None, "s_01", "s_02"}
    (whole,) = [row for row in rows if (row["segment_id"], row["trait"]) == (None, "orders_count")]
    assert whole["mean"] == 7 / 4


@pytest.mark.parametrize(
    ("ratio", "words"),
    [
        (2.44, "2.4 times the average"),
        (1.12, "12% above the average"),
        (0.88, "12% below the average"),
        (0.043, "4% of the average"),
        (0.0001, "under 1% of the average"),
    ],
)
def test_a_lift_reads_as_people_say_it(ratio: float, words: str):
    assert personas._lift(ratio) == words


def test_what_one_heavy_buyer_buys_is_no_habit_of_the_segment():
    lifted = {"segment_id": "s_01", "share": 0.2, "lift": 3.0, "customers_count": 8}
    rows = [lifted | {"department": "SALAD BAR", "customers_share": 0.08}]
    rows += [lifted | {"department": "DELI", "customers_share": 0.5}]
    assert personas._typical(rows) == {"s_01": ["DELI (3.0 times)"]}


@pytest.fixture(scope="module")
def buyers() -> challenger.Buyers:
    return challenger.buyers(prepared(Shop(each=100).features(FIRST_NIGHT)), FIRST_NIGHT)


def test_the_surrogate_finds_a_rule_that_exists_and_says_how_well(buyers: challenger.Buyers):
    orders = np.asarray(buyers.rows["orders_count"].to_numpy())
    ids = np.where(orders > 50, "s_01", "s_02").astype(object)
    found = surrogate.imitated(buyers.rows, ids, dict(buyers.scale))
    assert (found["s_01"].fidelity or 0) > 0.97
    assert "orders at least 5" in (found["s_01"].words or "")


def test_the_surrogate_does_not_pretend_where_there_is_nothing_to_find(buyers: challenger.Buyers):
    ids = np.random.default_rng(0).choice(["s_01", "s_02"], buyers.rows.num_rows).astype(object)
    found = surrogate.imitated(buyers.rows, ids, dict(buyers.scale))
    right = re.findall(r"(\d+)% of the buyers it holds for", " ".join(rule.words or "" for rule in found.values()))
    assert right
    assert max(map(int, right)) < 65, "measured on customers that the tree never saw"


def test_every_segment_of_a_real_model_gets_a_rule_whoever_is_drawn(buyers: challenger.Buyers):
    made = challenger.made(buyers, None)
    ids = made.ids[made.assigned(buyers.numbers)[0]]
    drawn = np.random.default_rng(0).permutation(len(ids))
    for order in (np.arange(len(ids)), drawn):
        found = surrogate.imitated(buyers.rows.take(order), ids[order], dict(buyers.scale))
        assert set(found) == set(made.ids)
        assert all(rule.words for rule in found.values())


def test_one_segment_needs_no_rule(buyers: challenger.Buyers):
    assert surrogate.imitated(buyers.rows, np.full(buyers.rows.num_rows, "s_01", dtype=object), {"EUR": 1.0}) == {}
