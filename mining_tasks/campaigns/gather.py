"""Ask a connection of point-in-time facts what the campaigns need: rows to learn from, and customers as of tonight."""

from collections.abc import Sequence
from datetime import date, timedelta

import duckdb
import pyarrow as pa

import expectations
from expectations.speak import arrow
from mining_tasks.campaigns.catalogue import Offer
from mining_tasks.campaigns.rates import Past, pasts
from mining_tasks.experiments.habits import learn, shown
from mining_tasks.warehouse import engine
from mining_tasks.warehouse.shelf import Partition

DEPARTMENTS = 10
NO_PRODUCTS = ("unknown",)  # of a shop that tells none: kinds of customers are then told by pace and spend alone
CONTROLS = "core_crm__campaign_controls"


def show_offers(connection: duckdb.DuckDBPyConnection, offers: Sequence[Offer]) -> None:
    """Make `campaign_offers` of the connection: which campaign of the CRM was an instance of which offer."""
    pairs = [(campaign, offer) for offer in offers for campaign in offer.campaigns]
    columns = {
        "campaign_id_crm": pa.array([campaign for campaign, _ in pairs], pa.string()),
        "campaign_code": pa.array([offer.code for _, offer in pairs], pa.string()),
        "window_days": pa.array([offer.window_days for _, offer in pairs], pa.int64()),
    }
    connection.register("campaign_offers", pa.table(columns))


def past(connection: duckdb.DuckDBPyConnection, offers: Sequence[Offer], night: date, zone: str) -> tuple[Past, ...]:
    """All past campaigns with what they reached; the connection shows the CRM's contacts and controls."""
    show_offers(connection, offers)
    rows = engine.asked(connection, engine.sql(__file__, "past.sql"), {"zone": zone, "night": night})
    return pasts(rows.to_arrow_table().to_pylist(), offers)


def day_before(campaign: Past) -> date:
    """As of when a campaign's customers are described: the day before its first contact."""
    return campaign.first - timedelta(days=1)


def departments(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Names of the shop's ten largest departments; fewer where it has fewer."""
    rows = connection.execute(engine.sql(__file__, "largest.sql")).fetchall()
    return [str(name) for (name,) in rows]


def rows(connection: duckdb.DuckDBPyConnection, campaigns: Sequence[Past], named: Sequence[str], zone: str) -> pa.Table:
    """The rows of `rows.sql` for some past campaigns; `facts` of the connection holds their days."""
    columns = {
        "campaign_id_crm": pa.array([one.campaign for one in campaigns], pa.string()),
        "campaign_code": pa.array([one.code for one in campaigns], pa.string()),
        "window_days": pa.array([one.window_days for one in campaigns], pa.int64()),
        "as_of_date": pa.array([day_before(one) for one in campaigns], pa.date32()),
    }
    connection.register("campaign_cut_offs", pa.table(columns))
    for name in ("people.sql", "history.sql", "tastes.sql"):
        _make(connection, name, zone=zone, departments=_ten(named))
    names = shown.show(connection) or NO_PRODUCTS
    return shown.beside(connection.sql(engine.sql(__file__, "rows.sql")).to_arrow_table(), names)


def buyers(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """Those who ordered, as of the newest day of `facts`, to learn kinds of customers from; `rows` was asked before."""
    asked = connection.sql(engine.sql(__file__, "buyers.sql"), params={"rows": learn.ROWS_MOST})
    return shown.beside(asked.to_arrow_table(), shown.names(connection) or NO_PRODUCTS)


def tonight(
    connection: duckdb.DuckDBPyConnection, night: date, named: Sequence[str], batch: int
) -> pa.RecordBatchReader:
    """Customers as of tonight in the order of their ids, a batch at a time: the rows of `tonight.sql`."""
    for name in ("history.sql", "tastes.sql"):
        _make(connection, name, departments=_ten(named))
    names = shown.show(connection) or NO_PRODUCTS
    asked = connection.sql(engine.sql(__file__, "tonight.sql"), params={"night": night})
    return shown.beside_each(asked.to_arrow_reader(batch), names)


def order_values(connection: duckdb.DuckDBPyConnection) -> dict[str, float]:
    """What an order is worth on average tonight, by currency."""
    return dict(connection.execute(engine.sql(__file__, "order_values.sql")).fetchall())


def show(connection: duckdb.DuckDBPyConnection, reads: Sequence[Partition]) -> None:
    """Show what a connection lacks of the reads; control groups that are not among them are empty."""
    there = {name for (name,) in connection.execute("SHOW TABLES").fetchall()}
    for part in reads:
        if part.table.name not in there:
            engine.show(connection, part)
    if CONTROLS not in {part.table.name for part in reads}:
        connection.register(CONTROLS, arrow.schema(expectations.table(CONTROLS)).empty_table())


def _make(connection: duckdb.DuckDBPyConnection, name: str, **told: object) -> None:
    for statement in connection.extract_statements(engine.sql(__file__, name)):
        connection.execute(statement.query, engine.used(statement.query, dict(told)))


def _ten(named: Sequence[str]) -> list[str | None]:
    return [*named[:DEPARTMENTS], *[None] * (DEPARTMENTS - len(named))]
