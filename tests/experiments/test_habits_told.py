"""What purchase models are told of a customer's orders: months, departments by line, prices, worth."""

from decimal import Decimal

import pyarrow as pa
import pytest

from mining_tasks.experiments.habits.told import mapped
from tests.experiments.small_shop import ANNA, PETER, habits, line, order, shop

pytestmark = pytest.mark.usefixtures("shop_home")
JANUARY, DECEMBER = 0, 11
PRODUCTS = [
    {"product_id_shop": "a", "department": "x", "currency": "EUR", "cost_amount": Decimal(5)},
    {"product_id_shop": "b", "department": "y", "currency": "EUR", "cost_amount": Decimal(5)},
]


def of(rows, customer=ANNA):
    return next(row for row in rows if row["customer_id"] == customer)


def test_departments_are_counted_by_line_not_by_day():
    orders = [order("1", "2017-01-02"), order("2", "2017-01-09")]
    lines = [line("1", product, line_number=number) for number, product in enumerate("aab")] + [line("2", "b")]
    tables = shop(shop__orders=orders, shop__order_lines=lines, shop__products=PRODUCTS)
    first, both = habits(tables, ["2017-01-03", "2017-02-01"])
    assert dict(first["habit_departments"]) == {0: 2, 1: 1}
    assert dict(both["habit_departments"]) == {0: 2, 1: 2}


def test_a_line_is_dear_beside_the_lines_of_its_department_and_currency():
    orders = [order("1", "2017-01-02"), order("2", "2017-01-02", account="2"), order("3", "2017-01-05", currency="JPY")]
    lines = [line("1", "a", sales=30), line("1", "b", sales=2, line_number=2), line("2", "a", sales=10)]
    lines += [line("3", "a", sales=5000)]
    found = habits(shop(shop__orders=orders, shop__order_lines=lines, shop__products=PRODUCTS), ["2017-02-01"])
    assert of(found)["habit_price"] == pytest.approx((1.5 + 1 + 1) / 3)  # of 20 a line; alone; alone in yen
    assert of(found, PETER)["habit_price"] == pytest.approx(0.5)


def test_worth_by_month_counts_in_orders_and_waits_for_no_return():
    orders = [order("1", "2017-01-02", 10), order("2", "2017-12-02", 30), order("3", "2017-12-09", 900, currency="JPY")]
    returns = [{"order_id_shop": "2", "refund_amount": Decimal(30), "returned_at": orders[1]["ordered_at"]}]
    told = of(habits(shop(shop__orders=orders, shop__returns=returns), ["2017-12-31"]))
    assert dict(told["habit_worth"]) == pytest.approx({JANUARY: 0.5, DECEMBER: 1.5 + 1})
    back = dict(told["habit_months"])
    assert back == {JANUARY: 0, DECEMBER: 2}, "the month of the first order is not one to which she came back"


def test_a_shop_that_tells_no_lines_tells_no_departments_and_no_prices():
    told = of(habits(shop(shop__orders=[order("1", "2017-01-02")]), ["2017-02-01"]))
    assert told["habit_departments"] is None
    assert told["habit_price"] is None


def test_orders_that_bring_nothing_give_no_worth():
    told = of(habits(shop(shop__orders=[order("1", "2017-01-02", 0)]), ["2017-02-01"]))
    assert dict(told["habit_worth"]) == {JANUARY: 0}


def test_maps_are_read_as_rows_of_numbers_whole_or_in_part():
    rows = [[(0, 2), (3, 1)], None, [], [(1, 5)], [(2, None)]]
    column = pa.chunked_array([pa.array(rows, pa.map_(pa.int32(), pa.int64()))])
    whole = [[2, 0, 0, 1], [0] * 4, [0] * 4, [0, 5, 0, 0], [0] * 4]
    assert mapped(column, 4).tolist() == whole
    assert mapped(column.slice(1, 3), 4).tolist() == whole[1:4]
    assert mapped(column.filter(pa.array([True, False, False, True, False])), 4).tolist() == [whole[0], whole[3]]
    assert mapped(column.slice(0, 0), 4).shape == (0, 4)
