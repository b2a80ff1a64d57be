"""What a household may write about: its orders, each with one of its products."""

from dataclasses import dataclass
from datetime import datetime

import duckdb

ORDERS_SQL = """
SELECT
    orders.household_id, orders.id, orders.placed_at, bought.product_id,
    COALESCE(products.name, 'the product'), COALESCE(products.department, 'GROCERY')
FROM orders
JOIN (SELECT order_id, LIST(product_id ORDER BY product_id)[1 + order_id % COUNT(*)] AS product_id
      FROM order_lines GROUP BY order_id) AS bought ON bought.order_id = orders.id
LEFT JOIN products ON products.id = bought.product_id
ORDER BY orders.household_id, orders.id
"""


@dataclass(frozen=True)
class Bought:
    """An order and one product of it."""

    order_id: int
    placed: datetime
    product_id: int
    product: str
    department: str


def orders_of_households(journey: duckdb.DuckDBPyConnection) -> dict[int, list[Bought]]:
    """All orders by household, in the order of their ids."""
    orders: dict[int, list[Bought]] = {}
    for household, *bought in journey.execute(ORDERS_SQL).fetchall():
        orders.setdefault(household, []).append(Bought(*bought))
    return orders
