"""What facts of customers are made of: which columns of which tables, with missing values where a shop has none."""

import duckdb

import expectations
from expectations.words import Table
from mining_tasks.warehouse.sql import quoted

SEEN = {
    "core_identities__links": "source_code account_id_source customer_id",
    "core_identities__guest_orders": "order_id_shop account_id",
    "core_shop__customers": "customer_id_shop country_code created_at",
    "core_shop__orders": "order_id_shop customer_id_shop ordered_at order_date status_code currency sales_amount "
    "discount_amount shipping_paid_amount shipping_cost_amount guest_country_code",
    "core_shop__order_lines": "order_id_shop product_id_shop quantity sales_amount discount_amount "
    "coupon_discount_amount",
    "core_shop__products": "product_id_shop department cost_amount cost_currency",
    "core_shop__returns": "order_id_shop refund_amount returned_at",
    "core_crm__contacts": "contact_id_crm country_code created_at",
    "core_crm__campaign_contacts": "campaign_id_crm contact_id_crm contacted_at responded_at",
    "core_crm__consents": "contact_id_crm channel_code is_granted recorded_at",
    "core_support__requesters": "requester_id_support created_at",
    "core_support__tickets": "requester_id_support opened_at solved_at",
    "core_support__reviews": "requester_id_support reviewed_at stars_count",
}
NEEDED = ("core_identities__links", "core_shop__orders")
# Of a column that a table lacks: columns wear their units, so the name tells the type.
TYPES = {
    "_at": "TIMESTAMPTZ",
    "_date": "DATE",
    "_amount": "DECIMAL(18, 4)",
    "quantity": "DECIMAL(18, 4)",
    "_count": "BIGINT",
    "is_granted": "BOOLEAN",
}


def tables() -> tuple[Table, ...]:
    """The contracts among them that there are, in their order."""
    promised = expectations.tables()
    return tuple(promised[name] for name in SEEN if name in promised)


def show(connection: duckdb.DuckDBPyConnection) -> None:
    """Make a view `seen_…` of each table, from what lies under its contract's name in the connection.

    A column or table that is not there counts as all missing, or empty. Raises `LookupError` without links or orders:
    there are no customers then.
    """
    there = _there(connection)
    lacking = [name for name in NEEDED if name not in there]
    if lacking:
        raise LookupError(f"facts need {', '.join(lacking)}")
    for name, columns in SEEN.items():
        found = there.get(name, set())
        cells = ", ".join(_cell(column, found) for column in columns.split())
        source = f" FROM {quoted(name)}" if found else " LIMIT 0"
        view = quoted(f"seen_{name.partition('__')[2]}")
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {view} AS SELECT {cells}{source}")  # noqa: S608


def _there(connection: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    rows = connection.execute("SELECT table_name, column_name FROM information_schema.columns").fetchall()
    found: dict[str, set[str]] = {}
    for table, column in rows:
        found.setdefault(table, set()).add(column)
    return found


def _cell(column: str, found: set[str]) -> str:
    if column in found:
        return quoted(column)
    kind = next((kind for end, kind in TYPES.items() if column.endswith(end)), "VARCHAR")
    return f"CAST(NULL AS {kind}) AS {quoted(column)}"
