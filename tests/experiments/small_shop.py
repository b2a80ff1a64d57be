"""A shop of a few rows, with the tables and columns that facts of customers read."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from mining_tasks.experiments import point_in_time
from mining_tasks.experiments.habits import shown

AT, MONEY, TEXT = pa.timestamp("us", "UTC"), pa.decimal128(18, 4), pa.string()
KINDS = {"_at": AT, "_date": pa.date32(), "_amount": MONEY, "quantity": MONEY, "_count": pa.int64()}
COLUMNS = {
    "core_identities__links": "source_code account_id_source customer_id",
    "core_identities__guest_orders": "order_id_shop account_id",
    "core_shop__customers": "customer_id_shop country_code created_at",
    "core_shop__orders": "order_id_shop customer_id_shop ordered_at order_date status_code currency sales_amount "
    "discount_amount shipping_paid_amount shipping_cost_amount guest_country_code",
    "core_shop__order_lines": "order_id_shop line_number product_id_shop ordered_at quantity currency "
    "sales_amount coupon_discount_amount cost_amount",
    "core_shop__products": "product_id_shop department currency cost_amount",
    "core_shop__returns": "order_id_shop refund_amount returned_at",
    "core_crm__contacts": "contact_id_crm country_code created_at",
    "core_crm__campaign_contacts": "campaign_id_crm contact_id_crm contacted_at responded_at",
    "core_crm__consents": "contact_id_crm channel_code is_granted recorded_at",
    "core_support__tickets": "requester_id_support opened_at solved_at",
    "core_support__reviews": "requester_id_support reviewed_at stars_count",
}
TIMES = ("ordered_at", "returned_at", "contacted_at", "recorded_at", "opened_at", "reviewed_at", "created_at")
LATER = ("responded_at", "solved_at")  # told of a row that was there before
ANNA, PETER, GUEST = "c_00000000000000aa", "c_80000000000000bb", "c_f0000000000000cc"
LINKS = [
    {"source_code": "shop", "account_id_source": "1", "customer_id": ANNA},
    {"source_code": "crm", "account_id_source": "1", "customer_id": ANNA},
    {"source_code": "support", "account_id_source": "1", "customer_id": ANNA},
    {"source_code": "shop", "account_id_source": "2", "customer_id": PETER},
    {"source_code": "shop", "account_id_source": "guest:g1", "customer_id": GUEST},
]
Row = dict[str, Any]
Shop = dict[str, pa.Table]


def shop(leave_out: Sequence[str] = (), **rows: list[Row]) -> Shop:
    """Tables by name without their layer: `shop(shop__orders=[...])`; those in `leave_out` are not there at all."""
    told = {"core_identities__links": LINKS} | {f"core_{name}": content for name, content in rows.items()}
    strange = told.keys() - COLUMNS.keys()
    assert not strange, f"no such tables: {strange}"
    return {name: _table(name, told.get(name, [])) for name in COLUMNS if name not in leave_out}


def order(name: str, day: str, sales: float = 10, account: str | None = "1", **more: Any) -> Row:
    """An order at noon of a day, in euros."""
    at = datetime.fromisoformat(f"{day}T12:00:00+00:00")
    facts = {"order_id_shop": name, "customer_id_shop": account, "ordered_at": at, "order_date": at.date()}
    return facts | {"currency": "EUR", "sales_amount": Decimal(str(sales))} | more


def line(order_id: str, product: str = "a", quantity: int = 1, sales: float = 10, **more: Any) -> Row:
    return {
        "order_id_shop": order_id,
        "product_id_shop": product,
        "quantity": Decimal(quantity),
        "sales_amount": Decimal(str(sales)),
    } | more


def made(tables: Shop, days: Sequence[str], horizons: Sequence[int] = (), **settings: Any) -> list[Row]:
    """Rows of `facts` for the days, by day and customer; with horizons, those of `outcomes`."""
    with _facts(tables, days, **settings) as connection:
        if horizons:
            point_in_time.outcomes(connection, settings.get("night", date.fromisoformat(max(days))), horizons)
            keys = "SELECT * FROM outcomes ORDER BY as_of_date, customer_id, horizon_days"
        else:
            keys = "SELECT * FROM facts ORDER BY as_of_date, customer_id"
        return connection.sql(keys).to_arrow_table().to_pylist()


def habits(tables: Shop, days: Sequence[str], **settings: Any) -> list[Row]:
    """Rows of `habits` for the days, by day and customer."""
    with _facts(tables, days, **settings) as connection:
        shown.show(connection)
        keys = "SELECT * FROM habits ORDER BY as_of_date, customer_id"
        return connection.sql(keys).to_arrow_table().to_pylist()


@contextmanager
def _facts(tables: Shop, days: Sequence[str], **settings: Any) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for name, rows in tables.items():
            connection.register(name, rows)
        asked = {"night": date.fromisoformat(max(days)), "cancelled": ["cancelled"]} | settings
        point_in_time.facts(connection, [date.fromisoformat(day) for day in days], **asked)
        yield connection


def known_at(tables: Shop, day: date) -> Shop:
    """What the warehouse could know at the end of that day."""
    end = pa.scalar(datetime(day.year, day.month, day.day, 23, 59, 59, 999_999, tzinfo=UTC), AT)
    found = {}
    for name, rows in tables.items():
        time = next((column for column in TIMES if column in rows.column_names), None)
        kept = rows.filter(pc.less_equal(rows[time], end)) if time else rows
        for column in set(LATER) & set(kept.column_names):
            told = pc.if_else(pc.less_equal(kept[column], end), kept[column], pa.scalar(None, AT))
            kept = kept.set_column(kept.column_names.index(column), pa.field(column, AT), told)
        found[name] = kept
    return found


def _table(name: str, rows: list[Row]) -> pa.Table:
    fields = [(column, _kind(column)) for column in COLUMNS[name].split()]
    return pa.Table.from_pylist(rows, schema=pa.schema(fields))


def _kind(column: str) -> pa.DataType:
    if column == "is_granted":
        return pa.bool_()
    if column == "line_number":
        return pa.int64()
    return next((kind for end, kind in KINDS.items() if column.endswith(end)), TEXT)
