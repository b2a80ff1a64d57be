"""Facts of customers as of any day: one statement makes the rows a model learns from and those it scores tonight.

A fact hangs on rows whose immutable time lies before the end of its day in the shop's zone, on nothing later. What a
source tells only in its present state is taken as it is now, and learners should know: the status of an order
(cancelled ones count nowhere, whenever they were cancelled), the amounts of an order that was changed, the country of
an account, the cost of a product. Consents tell when the newest word was said, not what was said before: they decide
whom we may contact tonight, and are no `FEATURES`. Accounts join by tonight's links.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

import duckdb

from expectations.words import Table
from mining_tasks.experiments import seen
from mining_tasks.warehouse import engine, shelf
from mining_tasks.warehouse.home import home
from mining_tasks.warehouse.shelf import NotAccepted, Partition

READS: tuple[Table, ...] = seen.tables()
COST_KNOWN_LEAST = 0.9  # of sold lines by value; below, margins would be guesses
EPOCH = date(1970, 1, 1)
GROUPS = ("tenure_code", "country_code", "account_age_code")
# What learners may look at: numbers that were the same on the day itself.
FEATURES = (
    *("orders_count", "active_days_count", "recency_days", "tenure_days", "account_age_days"),
    *("gap_mean_days", "gap_deviation_days"),
    *("orders_30_days_count", "orders_90_days_count", "orders_365_days_count"),
    *("sales_amount", "sales_90_days_amount", "sales_365_days_amount"),
    *("value_amount", "value_90_days_amount", "value_365_days_amount", "value_mean_amount", "basket_mean_amount"),
    *("discount_share", "refund_share", "returns_count", "lines_count", "coupon_lines_share", "departments_count"),
    *("campaigns_count", "campaigns_90_days_count", "responses_count", "response_share"),
    *("last_contact_days", "last_response_days"),
    *("tickets_count", "tickets_90_days_count", "open_tickets_count", "last_ticket_days"),
    *("reviews_count", "stars_mean"),
)


@contextmanager
def opened(night: date, days: Sequence[date], share: float = 1.0) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in which `facts` stands for the days, from the tables accepted for the night.

    share: of customers, the same ones every night. See `facts`; `outcomes` may be asked of the connection.
    """
    with engine.connected() as connection:
        for part in reads(night):
            engine.show(connection, part)
        facts(connection, days, night, share)
        yield connection


def reads(night: date) -> list[Partition]:
    """The partitions behind the facts of a night; tables that a shop never had are left out."""
    found = []
    for table in READS:
        try:
            found.append(shelf.read(table, night))
        except NotAccepted:
            if table.name in seen.NEEDED:
                raise
    return found


def facts(
    connection: duckdb.DuckDBPyConnection,
    days: Sequence[date],
    night: date | None = None,
    share: float = 1.0,
    basis: str | None = None,
) -> str:
    """Make the table `facts` in a connection that shows `READS` under their names: one row per customer and day.

    Key `customer_id`, `as_of_date`; `FEATURES`, `GROUPS`, the consents, and `currency`, `value_basis_code`,
    `paid_orders_count` (those in her currency), `repeats_count`, `first_to_last_days` and `tenure_days` (frequency,
    recency and age of purchase models). A customer has a row from the first day on which anything of hers is told.
    night: until when the tables know (the newest of days). share: of customers, by id, so that smaller shares lie
    within larger ones. basis: `margin` or `sales`; by default margin if its cost is known for 90 % of what was sold.
    Returns the basis. Raises ValueError without days, or for one after the night.
    """
    until = night or max(days, default=None)
    if until is None or max(days, default=EPOCH) > until or not days:
        raise ValueError("facts need days, none after the night")
    seen.show(connection)
    told = {"zone": home().night_zone, "cancelled": _cancelled(), "below": _below(share), "seen_until": _number(until)}
    _run(connection, "point_in_time.sql", **told)
    basis = basis or _basis(connection, max(days))
    _run(connection, "point_in_time_value.sql", basis=basis)
    for number, day in enumerate(sorted(set(days))):
        _add(connection, "facts", "point_in_time_day.sql", number == 0, day=_number(day), basis=basis)
    return basis


def add_days(connection: duckdb.DuckDBPyConnection, days: Sequence[date]) -> None:
    """Add rows of further days to the `facts` of a connection, by the same statement and on the same basis."""
    found = connection.execute("SELECT MIN(value_basis_code) FROM facts").fetchone()
    basis = found[0] if found and found[0] else "sales"
    for day in sorted(set(days)):
        _add(connection, "facts", "point_in_time_day.sql", False, day=_number(day), basis=basis)


def outcomes(connection: duckdb.DuckDBPyConnection, night: date, horizons: Sequence[int]) -> None:
    """Make the table `outcomes` of what came within so many days after each row of `facts`, strictly after its day.

    Key `customer_id`, `as_of_date`, `horizon_days`: `is_mature` (the horizon ended by the night), `orders_count`,
    `active_days_count`, `next_order_days` (1 is the day after; missing if none), `sales_amount`, `value_amount` in her
    currency of that day.
    """
    days = [row[0] for row in connection.execute("SELECT DISTINCT as_of_date FROM facts ORDER BY 1").fetchall()]
    # without any customer the table is there and empty
    for number, (day, horizon) in enumerate((day, horizon) for day in days or [night] for horizon in horizons):
        told = {"day": _number(day), "horizon": horizon, "seen_until": _number(night)}
        _add(connection, "outcomes", "outcomes.sql", number == 0, **told)


def _run(connection: duckdb.DuckDBPyConnection, file: str, **told: object) -> None:
    for statement in connection.extract_statements(engine.sql(__file__, file)):
        connection.execute(statement.query, engine.used(statement.query, told))


def _add(connection: duckdb.DuckDBPyConnection, into: str, file: str, is_new: bool, **told: object) -> None:
    query = engine.sql(__file__, file)
    start = f"CREATE OR REPLACE TEMP TABLE {into} AS" if is_new else f"INSERT INTO {into} BY NAME"
    connection.execute(f"{start} {query}", engine.used(query, told))


def _basis(connection: duckdb.DuckDBPyConnection, day: date) -> str:
    found = connection.execute(engine.sql(__file__, "point_in_time_cost.sql"), {"day": _number(day)}).fetchone()
    return "margin" if found and (found[0] or 0.0) >= COST_KNOWN_LEAST else "sales"


def _cancelled() -> list[str]:
    """Status codes of orders that do not count: `[shop] cancelled` of sources.toml."""
    return [str(code) for code in home().toml("sources").get("shop", {}).get("cancelled", ["cancelled"])]


def _below(share: float) -> str:
    """The bound under which the ids of that share of customers lie."""
    return "c_g" if share >= 1 else f"c_{int(share * 2**64):016x}"


def _number(day: date) -> int:
    return (day - EPOCH).days
