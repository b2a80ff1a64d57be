"""Small shops in real databases, and how they are read."""

from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from expectations import table
from mining_tasks.sources import sql
from mining_tasks.sources.settings import Join, Mapped, Silo
from mining_tasks.sources.window import Window

NIGHT = date(2026, 3, 29)
ORDERS = {
    "order_id_shop": "id",
    "customer_id_shop": "customer_id",
    "ordered_at": "placed_at",
    "status_code": "state",
    "currency": "currency",
    "sales_amount": "total",
    "updated_at": "updated_at",
}
LINES = {
    "order_id_shop": "order_id",
    "line_number": "line_no",
    "product_id_shop": "product_id",
    "ordered_at": "orders.placed_at",
    "sales_amount": "amount",
    "updated_at": "orders.updated_at",
}
CREATE_ORDERS = (
    "CREATE TABLE orders (id TEXT PRIMARY KEY, customer_id TEXT, placed_at {time}, state TEXT, currency TEXT, "
    "total {money}, updated_at {time})"
)
CREATE_LINES = "CREATE TABLE order_lines (order_id TEXT, line_no INTEGER, product_id TEXT, amount {money})"
TYPES = {"sqlite": {"time": "TEXT", "money": "TEXT"}, "postgresql": {"time": "TIMESTAMP", "money": "NUMERIC(12, 2)"}}


def orders(**changes: Any) -> Mapped:
    """The orders of a small shop."""
    facts = {"table": table("raw_shop__orders"), "origin": "orders", "columns": ORDERS, "changed": "updated_at"}
    return Mapped(**(facts | changes))


def lines(**changes: Any) -> Mapped:
    """Their lines, which take their time from the order."""
    facts = {"table": table("raw_shop__order_lines"), "origin": "order_lines", "columns": LINES}
    facts |= {"changed": "orders.updated_at", "join": Join("orders", {"order_id": "id"})}
    return Mapped(**(facts | changes))


def silo(*tables: Mapped, **facts: Any) -> Silo:
    """A shop in UTC that reads these tables."""
    return Silo(name="shop", kind="sql", connection="small_shop", **({"timezone": "UTC", "tables": tables} | facts))


def window(
    start: datetime | None = None, end: datetime = datetime(2026, 3, 30, tzinfo=UTC), zone: str = "UTC"
) -> Window:
    """What changed in [start, end); everything before the end if no start is said."""
    return Window(NIGHT, zone, start, end)


def extract(of: Silo, asked: Window) -> list[str]:
    """The landings' addresses, with one window for all tables."""
    return sql.extract(of, {mapped.table.name: asked for mapped in of.tables})


def create(engine: sa.Engine) -> None:
    """Both tables, empty."""
    with engine.begin() as database:
        for statement in (CREATE_ORDERS, CREATE_LINES):
            database.exec_driver_sql(statement.format(**TYPES[engine.dialect.name]))


def insert(engine: sa.Engine, into: str, *rows: dict[str, Any]) -> None:
    """Rows into one of the tables."""
    with engine.begin() as database:
        for row in rows:
            database.execute(sa.table(into, *map(sa.column, row)).insert(), row)


def order(id: str, updated_at: str | None = "2026-03-29 12:00:00", **facts: Any) -> dict[str, Any]:
    """An order, paid with one euro."""
    row = {"id": id, "customer_id": "c1", "placed_at": "2026-03-29 11:00:00", "state": "paid", "currency": "EUR"}
    return row | {"total": "1.00", "updated_at": updated_at} | facts
