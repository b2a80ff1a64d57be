"""Orders that no account placed count for whoever the guest is."""

from datetime import date
from decimal import Decimal

from tests.customers.drawn_shop import ANNA, PETER, Drawn

STRANGER = "c_00000000000000cc"
LINKS = f"""
    account_id    | source_code | account_id_source | customer_id
    shop:1        | shop        | 1                 | {ANNA}
    crm:9         | crm         | guest:9           | {PETER}
    shop:guest:g1 | shop        | guest:g1          | {ANNA}
    shop:guest:g3 | shop        | guest:g3          | {STRANGER}
"""
ORDERS = """
    order_id_shop | customer_id_shop | ordered_at       | order_date | store_id_shop | currency | sales_amount
    o1            | 1                | 2017-12-01 10:00 | 2017-12-01 | s1            | EUR      | 10.10
    g1            |                  | 2017-11-01 10:00 | 2017-11-01 | s1            | EUR      | 1.01
    g2            |                  | 2017-12-30 10:00 | 2017-12-30 | s2            | EUR      | 2.02
    g3            |                  | 2017-12-15 10:00 | 2017-12-15 | s1            | EUR      | 4.04
    till          |                  | 2017-12-15 10:00 | 2017-12-15 | s1            | EUR      | 8.08
"""
LINES = """
    order_id_shop | line_number | product_id_shop | currency | sales_amount
    o1            | 1           | milk            | EUR      | 10.10
    g2            | 1           | milk            | EUR      | 1.02
    g2            | 2           | pen             | EUR      | 1.00
    g3            | 1           | pen             | EUR      | 4.04
    till          | 1           | pen             | EUR      | 8.08
"""
PRODUCTS = """
    product_id_shop | department
    milk            | food
    pen             | paper
"""
GUESTS = """
    order_id_shop | account_id
    g1            | shop:guest:g1
    g2            | shop:guest:g1
    g3            | shop:guest:g3
"""
DRAWINGS = {"core_shop__orders": ORDERS, "core_shop__order_lines": LINES, "core_shop__products": PRODUCTS}


def shop(guests: str = GUESTS) -> Drawn:
    return Drawn(core_identities__links=LINKS, core_identities__guest_orders=guests, **DRAWINGS)


def test_all_orders_of_a_guest_count_for_whom_she_turned_out_to_be() -> None:
    features, departments = shop().as_of()
    anna = features[ANNA]
    assert (anna["orders_count"], anna["active_days_count"], anna["stores_count"]) == (3, 3, 2)
    assert (anna["recency_days"], anna["tenure_days"]) == (2, 61)
    assert anna["sales_amount"] == Decimal("13.1300")
    assert (anna["lines_count"], anna["products_count"], anna["accounts_count"]) == (3, 2, 2)
    spent = {row["department"]: row["sales_amount"] for row in departments if row["customer_id"] == ANNA}
    assert spent == {"food": Decimal("11.1200"), "paper": Decimal("1.0000")}


def test_a_guest_who_is_nobody_we_know_is_a_customer_of_her_own() -> None:
    stranger = shop().as_of()[0][STRANGER]
    assert (stranger["orders_count"], stranger["sales_amount"]) == (1, Decimal("4.0400"))
    assert (stranger["top_department"], stranger["accounts_count"]) == ("paper", 1)


def test_an_order_that_names_nobody_belongs_to_nobody() -> None:
    features, _ = shop().as_of()
    assert set(features) == {ANNA, PETER, STRANGER}
    assert sum(row["orders_count"] for row in features.values()) == 4
    assert features[PETER]["orders_count"] == 0, "a contact of the CRM is no guest, whatever its id"


def test_an_earlier_day_sees_only_the_guests_orders_of_then() -> None:
    anna = shop().as_of(date(2017, 12, 1))[0][ANNA]
    assert (anna["orders_count"], anna["sales_amount"]) == (2, Decimal("11.1100"))
    assert (anna["recency_days"], anna["tenure_days"]) == (0, 30)


def test_an_order_that_an_account_claims_counts_once_and_for_the_account() -> None:
    claimed = GUESTS + "    o1            | shop:guest:g3"  # the links are of last night, the order is of tonight
    features = shop(claimed).as_of()[0]
    assert (features[ANNA]["orders_count"], features[STRANGER]["orders_count"]) == (3, 1)
