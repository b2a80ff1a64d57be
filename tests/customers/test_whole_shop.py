"""The features of the real shop add up to the shop, to the cent."""

from datetime import date
from decimal import Decimal

import duckdb
import pyarrow as pa
import pytest

from mining_tasks.demo import datasets, journey
from tests.customers.drawn_shop import Drawn

NIGHT = date(2018, 1, 1)
HOUSEHOLDS = 60
QUERIES = {
    "core_shop__orders": """
        SELECT CAST(id AS VARCHAR) AS order_id_shop, CAST(household_id AS VARCHAR) AS customer_id_shop,
            CAST(placed_at AS TIMESTAMPTZ) AS ordered_at, CAST(placed_at AS DATE) AS order_date,
            CAST(store_id AS VARCHAR) AS store_id_shop, NULL AS status_code, 'USD' AS currency,
            total AS sales_amount, discount AS discount_amount, TIMESTAMPTZ '2018-01-01 00:00:00+00' AS updated_at
        FROM orders""",
    "core_shop__order_lines": """
        SELECT CAST(order_id AS VARCHAR) AS order_id_shop, line_no AS line_number,
            CAST(product_id AS VARCHAR) AS product_id_shop, CAST(placed_at AS TIMESTAMPTZ) AS ordered_at,
            CAST(placed_at AS DATE) AS order_date, NULL AS quantity, 'USD' AS currency, amount AS sales_amount,
            discount AS discount_amount, coupon_discount AS coupon_discount_amount,
            TIMESTAMPTZ '2018-01-01 00:00:00+00' AS updated_at
        FROM order_lines""",
    "core_shop__products": """
        SELECT CAST(id AS VARCHAR) AS product_id_shop, NULL AS title, department, NULL AS category, NULL AS brand,
            NULL AS package_size, TIMESTAMPTZ '2018-01-01 00:00:00+00' AS updated_at
        FROM products""",
    "core_identities__links": """
        SELECT DISTINCT 'shop:' || household_id AS account_id, 'shop' AS source_code,
            CAST(household_id AS VARCHAR) AS account_id_source, 'c_' || lpad(CAST(household_id AS VARCHAR), 16, '0')
            AS customer_id, 'alone' AS evidence_code, NULL AS linked_to_account_id, NULL AS evidence_hash,
            'none' AS facts_hash
        FROM orders""",
}


@pytest.fixture(scope="module")
def shop() -> Drawn:
    """Sixty households of The Complete Journey as core tables."""
    try:
        datasets.complete_journey()
    except datasets.DataMissing as missing:
        pytest.skip(str(missing))
    made = Drawn()
    with journey.opened(HOUSEHOLDS) as read:
        for name, sql in QUERIES.items():
            made.tables[name] = _as_contract(read, sql, made.tables[name].schema)
    return made


def _as_contract(read: duckdb.DuckDBPyConnection, sql: str, schema: pa.Schema) -> pa.Table:
    read.execute("SET TimeZone = 'UTC'")
    rows = read.sql(sql).to_arrow_table()
    for name in schema.names:  # what the real shop does not hold
        rows = rows if name in rows.column_names else rows.append_column(name, pa.nulls(rows.num_rows))
    return rows.select(schema.names).cast(schema)


def total(rows: list[dict], name: str) -> Decimal | int:
    return sum(row[name] for row in rows)


def test_customers_departments_and_orders_add_up_to_the_same(shop: Drawn) -> None:
    features, departments = shop.as_of(NIGHT)
    rows, orders, lines = (
        [*features.values()],
        *(shop.tables[f"core_shop__{name}"] for name in ("orders", "order_lines")),
    )
    assert len(rows) == HOUSEHOLDS
    assert orders.num_rows > 1_000
    sales = sum(orders["sales_amount"].to_pylist())
    assert total(rows, "sales_amount") == total(departments, "sales_amount") == sales
    assert total(rows, "discount_amount") == sum(orders["discount_amount"].to_pylist())
    assert total(rows, "orders_count") == orders.num_rows
    assert total(rows, "lines_count") == total(departments, "lines_count") == lines.num_rows


def test_every_share_is_one_and_every_day_is_within_the_year(shop: Drawn) -> None:
    features, _ = shop.as_of(NIGHT)
    shares = [
        row[name] for row in features.values() for name in row if name.endswith("_share") and row[name] is not None
    ]
    assert len(shares) > 2 * HOUSEHOLDS
    assert all(0 <= share <= 1 for share in shares)
    assert all(0 <= row["recency_days"] <= row["tenure_days"] <= 366 for row in features.values())
