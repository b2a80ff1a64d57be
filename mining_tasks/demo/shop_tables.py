"""The shop's four tables as the shop declares them, in its own words and not in ours."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

Rows = Iterator[Sequence[object]]


@dataclass(frozen=True)
class ShopTable:
    """A table as the shop declares it: columns with their SQL types, its key, the columns to index."""

    name: str
    columns: dict[str, str]
    key: tuple[str, ...]
    index: str | None = None


class Loader(Protocol):
    """A database that takes whole tables."""

    def load(self, table: ShopTable, rows: Rows) -> None:
        """Makes the table and fills it."""


CUSTOMERS = ShopTable(
    "customers",
    {
        "id": "BIGINT NOT NULL",
        "email": "TEXT",
        "email_verified": "BOOLEAN NOT NULL",
        "phone": "TEXT",
        "first_name": "TEXT",
        "last_name": "TEXT",
        "born_on": "DATE",
        "house_no": "TEXT",
        "street": "TEXT",
        "street_2": "TEXT",
        "suburb": "TEXT",
        "postcode": "TEXT",
        "state": "TEXT",
        "country": "TEXT NOT NULL",
        "created_at": "TIMESTAMP NOT NULL",
        "updated_at": "TIMESTAMP NOT NULL",
    },
    ("id",),
    "updated_at",
)
PRODUCTS = ShopTable(
    "products",
    {
        "id": "BIGINT NOT NULL",
        "name": "TEXT",
        "department": "TEXT",
        "category": "TEXT",
        "brand": "TEXT",
        "manufacturer_id": "BIGINT",
        "package_size": "TEXT",
        "updated_at": "TIMESTAMP NOT NULL",
    },
    ("id",),
    "updated_at",
)
ORDERS = ShopTable(
    "orders",
    {
        "id": "BIGINT NOT NULL",
        "customer_id": "BIGINT NOT NULL",
        "store_id": "BIGINT NOT NULL",
        "placed_at": "TIMESTAMP NOT NULL",
        "state": "TEXT NOT NULL",
        "currency": "TEXT NOT NULL",
        "total": "NUMERIC(12, 2) NOT NULL",
        "discount": "NUMERIC(12, 2) NOT NULL",
        "updated_at": "TIMESTAMP NOT NULL",
    },
    ("id",),
    "updated_at",
)
ORDER_LINES = ShopTable(
    "order_lines",
    {
        "order_id": "BIGINT NOT NULL",
        "line_no": "INTEGER NOT NULL",
        "product_id": "BIGINT NOT NULL",
        "quantity": "INTEGER NOT NULL",
        "amount": "NUMERIC(12, 2) NOT NULL",
        "discount": "NUMERIC(12, 2) NOT NULL",
        "coupon_discount": "NUMERIC(12, 2) NOT NULL",
    },
    ("order_id", "line_no"),
)
