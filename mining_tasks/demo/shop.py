"""Builds the shop's database, with table and column names of its own: customers, products, orders, order_lines.

Facts to know when mapping it: times carry no zone (UTC is assumed, the data say nothing); `amount` is what the
retailer received, in US dollars, after its own discounts (where a maker's coupon was used, the maker paid that part);
`discount` holds all discounts as a positive amount, `coupon_discount` the part that came from coupons; `quantity`
mixes pieces with small units of weight and volume; 17 products that were sold are missing from `products`, as in the
data. Rows never change after `updated_at`, so any past night can be run.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import duckdb

from mining_tasks.demo.accounts import Account, Town
from mining_tasks.demo.draws import between, draws
from mining_tasks.demo.shop_tables import CUSTOMERS, ORDER_LINES, ORDERS, PRODUCTS, Loader, Rows

CATALOGUE_LOADED = "2016-12-31 00:00:00.000000"
TIME_FORMAT = "%Y-%m-%d %H:%M:%S.%f"  # microseconds, so that times kept as text sort like times
OPENED_LATELY = datetime(2017, 3, 1)  # noqa: DTZ001  # the shop's times carry no zone; who bought before may have been a customer for years
BATCH = 50_000

# Money and times leave as text: exact, and the same for every database.
ORDERS_SQL = """
SELECT
    id, household_id, store_id, STRFTIME(placed_at, $format), 'completed', 'USD',
    CAST(total AS VARCHAR), CAST(discount AS VARCHAR), STRFTIME(placed_at, $format)
FROM orders ORDER BY id
"""
PRODUCTS_SQL = """
SELECT id, name, department, category, brand, manufacturer_id, package_size, $loaded
FROM products ORDER BY id
"""
ORDER_LINES_SQL = """
SELECT
    order_id, line_no, product_id, quantity,
    CAST(amount AS VARCHAR), CAST(discount AS VARCHAR), CAST(coupon_discount AS VARCHAR)
FROM order_lines ORDER BY order_id, line_no
"""
FIRST_ORDERS_SQL = "SELECT household_id, MIN(placed_at) FROM orders GROUP BY household_id ORDER BY household_id"


def build(journey: duckdb.DuckDBPyConnection, town: Town, shop: Loader) -> list[Account]:
    """Fills the shop's four tables; returns the accounts for the truth. An account's id is its household's."""
    opened = opened_at(journey)
    accounts = [town.account("shop", household, household) for household in opened]
    shop.load(CUSTOMERS, (_customer(account, opened[account.account_id]) for account in accounts))
    shop.load(PRODUCTS, _streamed(journey, PRODUCTS_SQL, loaded=CATALOGUE_LOADED))
    shop.load(ORDERS, _streamed(journey, ORDERS_SQL, format=TIME_FORMAT))
    shop.load(ORDER_LINES, _streamed(journey, ORDER_LINES_SQL))
    return accounts


def opened_at(journey: duckdb.DuckDBPyConnection) -> dict[int, datetime]:
    """When each household's account was opened. MADE: the data begin in the middle of the customers' lives."""
    return {household: _opened(household, first) for household, first in journey.execute(FIRST_ORDERS_SQL).fetchall()}


def _opened(household: int, first_order: datetime) -> datetime:
    longest_days = 900.0 if first_order < OPENED_LATELY else 10.0
    ago = timedelta(days=between(draws("opened", household), 0.01, longest_days))
    return (first_order - ago).replace(microsecond=0)


def _customer(account: Account, opened: datetime) -> Sequence[object]:
    record, points, opened_text = account.record, account.points, opened.strftime(TIME_FORMAT)
    return (
        account.account_id,
        points.email,
        points.is_email_verified,
        points.phone,
        record.given_name.title() or None,
        record.surname.title() or None,
        record.birth_date.isoformat() if record.birth_date else None,
        record.street_number or None,
        record.street.title() or None,
        record.address_extra.title() or None,
        record.suburb.title() or None,
        record.postcode or None,
        record.state.upper() or None,
        "AU",
        opened_text,
        opened_text,
    )


def _streamed(journey: duckdb.DuckDBPyConnection, sql: str, **params: object) -> Rows:
    found = journey.cursor().execute(sql, params) if params else journey.cursor().execute(sql)
    while rows := found.fetchmany(BATCH):
        yield from rows
