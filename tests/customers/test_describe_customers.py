"""The steps over the real warehouse: drafts that keep their promises, and published words for people."""

from datetime import date

import pyarrow as pa
import pytest

import expectations
from expectations.customers import core_customers__departments, core_customers__features, pub_customers__profiles
from expectations.identities import core_identities__customers
from expectations.shop import core_shop__order_lines
from mining_tasks.customers.steps import describe_customers, profile_customers
from mining_tasks.warehouse import accept, shelf
from mining_tasks.warehouse.home import Home
from tests.customers.drawn_shop import ANNA, DAY, PETER, Drawn
from tests.drawn import drawn

NEW, ACTIVE, QUIET, ONCE, DAILY, AWAY, GUEST = (f"c_00000000000000c{digit}" for digit in range(1, 8))
LINKS = f"""
    account_id | source_code | account_id_source | customer_id
    shop:1     | shop        | 1                 | {ANNA}
    shop:2     | shop        | 2                 | {NEW}
    shop:3     | shop        | 3                 | {ACTIVE}
    shop:4     | shop        | 4                 | {QUIET}
    shop:5     | shop        | 5                 | {ONCE}
    shop:6     | shop        | 6                 | {DAILY}
    shop:7     | shop        | 7                 | {AWAY}
    crm:1      | crm         | 1                 | {PETER}
    shop:guest:g1 | shop     | guest:g1          | {ANNA}
    shop:guest:g3 | shop     | guest:g3          | {GUEST}
"""
GUEST_ORDERS = """
    order_id_shop | account_id
    g1            | shop:guest:g1
    g2            | shop:guest:g1
    g3            | shop:guest:g3
"""
ORDERS = """
    order_id_shop | customer_id_shop | ordered_at       | order_date | currency | sales_amount | discount_amount
    o1            | 1                | 2017-06-01 10:00 | 2017-06-01 | EUR      | 10.10        | 1.00
    o2            | 2                | 2017-12-02 10:00 | 2017-12-02 | EUR      | 20.20        |
    o3            | 3                | 2017-10-01 10:00 | 2017-10-01 | EUR      | 1            |
    o4            | 3                | 2017-11-16 10:00 | 2017-11-16 | EUR      | 2            |
    o5            | 4                | 2017-10-01 10:00 | 2017-10-01 | EUR      | 3            |
    o6            | 4                | 2017-10-11 10:00 | 2017-10-11 | EUR      | 4            |
    o7            | 5                | 2017-10-03 10:00 | 2017-10-03 | EUR      | 5            |
    o8            | 6                | 2017-11-30 10:00 | 2017-11-30 | EUR      | 8            |
    o9            | 6                | 2017-12-06 10:00 | 2017-12-06 | EUR      | 9            |
    o10           | 6                | 2017-12-12 10:00 | 2017-12-12 | EUR      | 10           |
    o11           | 6                | 2017-12-18 10:00 | 2017-12-18 | EUR      | 11           |
    o12           | 7                | 2017-11-29 10:00 | 2017-11-29 | EUR      | 12           |
    o13           | 7                | 2017-12-05 10:00 | 2017-12-05 | EUR      | 13           |
    o14           | 7                | 2017-12-11 10:00 | 2017-12-11 | EUR      | 14           |
    o15           | 7                | 2017-12-17 10:00 | 2017-12-17 | EUR      | 15           |
    g1            |                  | 2017-06-02 10:00 | 2017-06-02 | EUR      | 99.99        |
    g2            |                  | 2017-06-03 10:00 | 2017-06-03 | EUR      | 0.01         |
    g3            |                  | 2017-12-30 10:00 | 2017-12-30 | EUR      | 16.16        |
"""
LINES = """
    order_id_shop | line_number | product_id_shop | currency | sales_amount
    o1            | 1           | milk            | EUR      | 10.10
    o2            | 1           | milk            | EUR      | 20.20
    g1            | 1           | milk            | EUR      | 99.99
    g3            | 1           | milk            | EUR      | 16.16
"""
PRODUCTS = """
    product_id_shop | department
    milk            | food
"""


@pytest.fixture
def night(shop_home: Home) -> date:
    """The night of a home in which a drawn shop was accepted."""
    shop = Drawn(
        core_identities__links=LINKS,
        core_identities__guest_orders=GUEST_ORDERS,
        core_shop__orders=ORDERS,
        core_shop__order_lines=LINES,
        core_shop__products=PRODUCTS,
    )
    people = "\n".join(["customer_id", *(ANNA, PETER, NEW, ACTIVE, QUIET, ONCE, DAILY, AWAY, GUEST)])
    rows = {**shop.tables, "core_identities__customers": drawn(core_identities__customers, people)}
    accept.accept(*(shelf.draft(expectations.table(name), DAY, made) for name, made in rows.items()))
    return DAY


def test_features_and_profiles_keep_their_promises(night: date) -> None:
    accept.accept(*describe_customers(night))
    features = shelf.read(core_customers__features, night).arrow()
    assert features.num_rows == 9
    assert features["sales_amount"].type == pa.decimal128(18, 4)
    departments = shelf.read(core_customers__departments, night).arrow().to_pylist()
    assert {row["customer_id"] for row in departments} == {ANNA, NEW, GUEST}
    [address] = profile_customers(night)
    accept.keep([shelf.opened(address)])


def test_the_money_of_all_orders_and_lines_those_of_guests_too_is_that_of_the_customers_to_the_cent(
    night: date,
) -> None:
    accept.accept(*describe_customers(night))
    features = shelf.read(core_customers__features, night).arrow()
    orders, lines = drawn(expectations.table("core_shop__orders"), ORDERS), drawn(core_shop__order_lines, LINES)
    assert orders["customer_id_shop"].null_count == 3
    assert sum(features["sales_amount"].to_pylist()) == sum(orders["sales_amount"].to_pylist())
    assert sum(features["orders_count"].to_pylist()) == orders.num_rows
    departments = shelf.read(core_customers__departments, night).arrow()
    assert sum(departments["sales_amount"].to_pylist()) == sum(lines["sales_amount"].to_pylist())


def test_a_profile_says_who_buys_and_how_lively_she_is(night: date) -> None:
    accept.accept(*describe_customers(night))
    [address] = profile_customers(night)
    rows = {row["customer_id"]: row for row in shelf.opened(address).arrow().to_pylist()}
    assert {name: row["activity_code"] for name, row in rows.items()} == {
        PETER: "none",
        NEW: "new",
        ACTIVE: "active",
        QUIET: "quiet",
        ONCE: "active",
        ANNA: "quiet",
        DAILY: "active",
        AWAY: "quiet",
        GUEST: "new",
    }
    assert [name for name, row in rows.items() if not row["is_buyer"]] == [PETER]
    assert {(row["night"], row["data_as_of"], row["is_stale"]) for row in rows.values()} == {(DAY, DAY, False)}
    assert shelf.opened(address).table == pub_customers__profiles


def test_a_night_run_again_writes_the_same_bytes(night: date) -> None:
    runs = [[shelf.opened(address).run_id for address in describe_customers(night)] for _ in range(2)]
    assert runs[0] == runs[1]
