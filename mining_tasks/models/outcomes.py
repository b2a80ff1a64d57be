"""Did it come true? Predictions that are due, from fresh facts, against what the shared facts say came."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import duckdb

from expectations.words import Table
from mining_tasks.experiments import point_in_time
from mining_tasks.models import offers
from mining_tasks.sources.cancelled import cancelled
from mining_tasks.warehouse import engine
from mining_tasks.warehouse.shelf import Partition

SHOP = ("core_identities__links", "core_shop__orders")  # must be fresh for what was bought
CRM = ("core_identities__links", "core_crm__campaigns", "core_crm__campaign_contacts")  # for responses
READ_AGAIN_NIGHTS = 14  # late orders and refunds: most shops take goods back for two weeks
RULES: dict[str, Any] = {
    "tolerance_all": 0.05,
    "tolerance_part": 0.10,
    "z_all": 1.96,  # 95 % of one look
    "z_part": 2.81,  # 95 % of ten looks together (Bonferroni: 0.05 / 10, two-sided)
    "z_cell": 3.48,  # of a hundred
    "rows_least": 30,
    "came_least": 5,
    "read_again_nights": READ_AGAIN_NIGHTS,
}


def compared(
    connection: duckdb.DuckDBPyConnection, reads: Sequence[Partition], night: date, into: Table
) -> duckdb.DuckDBPyRelation:
    """The rows of `into` tonight: what was told before, and what fell due.

    The connection shows `reads` under their names, and `foretold` and `outcomes_before` of all nights.
    """
    # Facts of a day before any shop: rows of nobody, days of everybody.
    basis = point_in_time.facts(connection, [point_in_time.EPOCH], night, cancelled())
    connection.register("offers", offers.of_campaigns(reads))
    facts = (
        RULES
        | _as_of(reads)
        | {"basis": basis, "night": night, "forget_before": night - timedelta(days=into.keep_nights)}
    )
    for file in ("days.sql", "due.sql", "came.sql"):
        for statement in connection.extract_statements(engine.sql(__file__, file)):
            connection.execute(statement.query, engine.used(statement.query, facts))
    return engine.asked(connection, engine.sql(__file__, "outcomes.sql"), facts, into)


def _as_of(reads: Sequence[Partition]) -> dict[str, Any]:
    """How old the facts are, and until when each kind is fresh."""
    return {
        "shop_as_of": _fresh_until(reads, SHOP),
        "crm_as_of": _fresh_until(reads, CRM),
        "data_as_of": min(part.data_as_of for part in reads),
        "is_stale": any(part.is_stale for part in reads),
    }


def _fresh_until(reads: Sequence[Partition], names: Sequence[str]) -> date | None:
    """The day until which all these tables know everything; None if one is missing, or a stand-in for tonight."""
    found = [part for part in reads if part.table.name in names]
    is_fresh = len(found) == len(names) and not any(part.is_stale for part in found)
    return min(part.data_as_of for part in found) if is_fresh else None
