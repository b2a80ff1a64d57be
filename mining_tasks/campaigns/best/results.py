"""What came of past campaigns, out of the tables that a connection shows."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa
from scipy.stats import norm

from mining_tasks.campaigns.catalogue import Offer
from mining_tasks.campaigns.qini import LEVEL
from mining_tasks.experiments import seen
from mining_tasks.experiments.point_in_time import COST_KNOWN_LEAST
from mining_tasks.warehouse import engine
from mining_tasks.warehouse.shelf import Partition

FEWEST = 30  # customers in either group; with fewer the normal law says nothing about their revenue
Z = float(norm.ppf((1 + LEVEL) / 2))
NOBODY = "CREATE TEMP TABLE held_out (campaign_id_crm VARCHAR, customer_id VARCHAR, is_holdout BOOLEAN)"
INTO_HELD_OUT = "INSERT INTO held_out\n"


def came(
    connection: duckdb.DuckDBPyConnection,
    catalogue: Sequence[Offer],
    choices: Mapping[str, Partition],
    facts: Mapping[str, Any],
) -> pa.Table:
    """Rows of pub_campaigns__results but for their marks.

    choices: by campaign the choice of the last night before it began, where there was one. facts: night, currency (of
    amounts) and cancelled (status codes that count as no order, in small letters).
    """
    told = {**facts, "night_end": engine.night_end(facts["night"]), "fewest": FEWEST, "z": Z}
    told |= {"known_least": COST_KNOWN_LEAST, **_offers(catalogue)}
    connection.execute(NOBODY)
    for campaign, choice in sorted(choices.items()):
        _hold_out(connection, choice, told | _only(told, campaign))
    seen.show(connection)
    sql = engine.sql(__file__, "bought.sql") + engine.sql(__file__, "results.sql")
    return engine.asked(connection, sql, told).to_arrow_table()


def main_currency(connection: duckdb.DuckDBPyConnection) -> str | None:
    """The currency of most customers; None where nobody paid yet."""
    found = engine.asked(connection, engine.sql(__file__, "currencies.sql"), {}).fetchall()
    return str(found[0][0]) if found else None


def began(catalogue: Sequence[Offer], campaigns: pa.Table) -> dict[str, date]:
    """First day of each campaign of the catalogue. campaigns: rows of core_crm__campaigns."""
    known = {campaign for offer in catalogue for campaign in offer.campaigns}
    rows = campaigns.select(["campaign_id_crm", "started_date"]).to_pylist()
    return {row["campaign_id_crm"]: row["started_date"] for row in rows if row["campaign_id_crm"] in known}


def _hold_out(connection: duckdb.DuckDBPyConnection, choice: Partition, told: dict[str, Any]) -> None:
    engine.show(connection, choice, "chosen_before")
    sql = INTO_HELD_OUT + engine.sql(__file__, "held_out.sql")
    connection.execute(sql, {name: told[name] for name in ("campaigns", "codes", "night_end")})
    connection.execute("DROP VIEW chosen_before")


def _only(told: Mapping[str, Any], campaign: str) -> dict[str, Any]:
    return {"campaigns": [campaign], "codes": [told["codes"][told["campaigns"].index(campaign)]]}


def _offers(catalogue: Sequence[Offer]) -> dict[str, list[Any]]:
    """One entry a campaign: its offer's code, window and cost."""
    pairs = [(campaign, offer) for offer in catalogue for campaign in offer.campaigns]
    return {
        "campaigns": [campaign for campaign, _ in pairs],
        "codes": [offer.code for _, offer in pairs],
        "windows": [offer.window_days for _, offer in pairs],
        "costs": [None if offer.contact_cost_amount is None else str(offer.contact_cost_amount) for _, offer in pairs],
        "currencies": [offer.currency for _, offer in pairs],
    }
