"""One row per customer, against numbers counted by hand."""

from datetime import date
from decimal import Decimal

import pytest

from tests.customers.drawn_shop import ANNA, PETER, Drawn

ORDERS = """
  order_id_shop | customer_id_shop | ordered_at | order_date | store_id_shop | currency | sales_amount | discount_amount
    o1            | 1                | 2016-12-30 | 2016-12-30 | s1            | EUR      | 10.00        | 2.00
    o2            | 1                | 2017-12-02 | 2017-12-02 | s1            | EUR      | 20.01        |
    o3            | 1                | 2017-12-02 | 2017-12-02 | s2            | EUR      | 5.00         | 0.50
    o4            | 1                | 2017-12-30 | 2017-12-30 |               | EUR      | 4.99         |
    guest         |                  | 2017-12-30 | 2017-12-30 | s1            | EUR      | 99.00        |
    unknown       | 77               | 2017-12-30 | 2017-12-30 | s1            | EUR      | 88.00        |
"""
LINES = """
    order_id_shop | line_number | product_id_shop | currency | sales_amount | discount_amount | coupon_discount_amount
    o1            | 1           | milk            | EUR      | 10.00        | 2.00            | 0.00
    o2            | 1           | milk            | EUR      | 12.00        |                 | 0.50
    o2            | 2           | pen             | EUR      | 8.01         |                 | 0.00
    o3            | 1           | lost            | EUR      | 5.00         | 0.50            | 0.10
    o4            | 1           | milk            | EUR      | 4.99         |                 |
    guest         | 1           | milk            | EUR      | 99.00        |                 | 0.00
"""
PRODUCTS = """
    product_id_shop | department
    milk            | food
    pen             | paper
    rug             | home
"""
SHOP = Drawn(core_shop__orders=ORDERS, core_shop__order_lines=LINES, core_shop__products=PRODUCTS)


@pytest.fixture(scope="module")
def anna() -> dict:
    return SHOP.as_of()[0][ANNA]


def test_orders_lines_and_what_was_bought_are_counted(anna: dict) -> None:
    assert anna["orders_count"] == 4
    assert anna["active_days_count"] == 3
    assert anna["lines_count"] == 5
    assert anna["products_count"] == 3
    assert anna["departments_count"] == 3
    assert anna["stores_count"] == 2
    assert anna["accounts_count"] == 4


def test_recency_tenure_and_gaps_are_days_between_business_days(anna: dict) -> None:
    assert anna["recency_days"] == 2
    assert anna["tenure_days"] == 367
    assert anna["gap_mean_days"] == (337 + 28) / 2
    assert anna["gap_deviation_days"] == pytest.approx(218.4959953866, rel=1e-12)


def test_money_is_exact(anna: dict) -> None:
    assert anna["sales_amount"] == Decimal("40.0000")
    assert anna["sales_90_days_amount"] == Decimal("30.0000")
    assert anna["sales_365_days_amount"] == Decimal("30.0000")
    assert anna["basket_mean_amount"] == Decimal("10.0000")
    assert anna["orders_90_days_count"] == 3
    assert anna["discount_amount"] == Decimal("2.5000")
    assert anna["discount_share"] == 2.5 / 42.5
    assert (anna["currency"], anna["is_currency_mixed"]) == ("EUR", False)


def test_coupons_are_a_share_of_the_lines(anna: dict) -> None:
    assert anna["coupon_lines_share"] == 2 / 5


def test_the_top_department_is_the_one_with_the_largest_spend(anna: dict) -> None:
    assert anna["top_department"] == "food"
    assert anna["top_department_share"] == pytest.approx(26.99 / 40)


def test_a_customer_without_an_order_has_a_row_of_zeros_and_gaps() -> None:
    peter = SHOP.as_of()[0][PETER]
    assert {peter[name] for name in peter if name.endswith("_count") and name != "accounts_count"} == {0}
    assert {peter[name] for name in ("sales_amount", "sales_90_days_amount", "discount_amount")} == {Decimal(0)}
    assert {peter[name] for name in ("recency_days", "tenure_days", "gap_mean_days", "currency")} == {None}
    assert {peter[name] for name in ("basket_mean_amount", "discount_share", "top_department")} == {None}
    assert peter["is_currency_mixed"] is False


def test_each_customer_has_exactly_one_row_and_nobody_else_has() -> None:
    assert set(SHOP.as_of()[0]) == {ANNA, PETER}


def test_departments_hold_lines_and_shares_that_add_up_to_one() -> None:
    rows = {row["department"]: row for row in SHOP.as_of()[1]}
    assert {name: (row["products_count"], row["lines_count"]) for name, row in rows.items()} == {
        "food": (1, 3),
        "paper": (1, 1),
        "unknown": (1, 1),
    }
    assert rows["food"]["sales_amount"] == Decimal("26.9900")
    assert rows["food"]["coupon_lines_count"] == 1
    assert rows["paper"]["discount_amount"] is None
    assert sum(row["sales_share"] for row in rows.values()) == pytest.approx(1)


def test_an_earlier_day_sees_only_what_had_happened() -> None:
    then = SHOP.as_of(date(2017, 12, 2))[0][ANNA]
    assert (then["orders_count"], then["recency_days"], then["tenure_days"]) == (3, 0, 337)
    assert (then["gap_mean_days"], then["gap_deviation_days"]) == (337, None)
    assert then["sales_amount"] == Decimal("35.0100")
    assert then["lines_count"] == 4


def test_before_her_first_order_she_has_none() -> None:
    assert SHOP.as_of(date(2016, 12, 29))[0][ANNA]["orders_count"] == 0


def test_an_order_counts_from_the_instant_at_which_the_night_ends() -> None:
    orders = """
        order_id_shop | customer_id_shop | ordered_at          | order_date | currency | sales_amount
        o1            | 1                | 2018-01-01 23:59:59 | 2018-01-01 | EUR      | 1
        o2            | 1                | 2018-01-02 00:00:00 | 2018-01-02 | EUR      | 1
    """
    assert Drawn(core_shop__orders=orders).as_of()[0][ANNA]["orders_count"] == 1


def test_windows_of_90_and_365_days_count_the_night_as_their_last_day() -> None:
    orders = """
        order_id_shop | customer_id_shop | ordered_at       | order_date | currency | sales_amount
        o1            | 1                | 2017-10-03 10:00 | 2017-10-03 | EUR      | 1
        o2            | 1                | 2017-10-04 10:00 | 2017-10-04 | EUR      | 2
        o3            | 1                | 2017-01-01 10:00 | 2017-01-01 | EUR      | 4
        o4            | 1                | 2017-01-02 10:00 | 2017-01-02 | EUR      | 8
    """
    anna = Drawn(core_shop__orders=orders).as_of()[0][ANNA]
    assert (anna["sales_90_days_amount"], anna["sales_365_days_amount"]) == (2, 11)


def test_a_mean_basket_that_does_not_divide_is_rounded_to_four_decimals() -> None:
    orders = """
        order_id_shop | customer_id_shop | ordered_at       | order_date | currency | sales_amount
        o1            | 1                | 2017-10-03 10:00 | 2017-10-03 | JPY      | 100
        o2            | 1                | 2017-10-04 10:00 | 2017-10-04 | JPY      | 50
        o3            | 1                | 2017-10-04 10:00 | 2017-10-04 | JPY      | 50
    """
    assert Drawn(core_shop__orders=orders).as_of()[0][ANNA]["basket_mean_amount"] == Decimal("66.6667")
