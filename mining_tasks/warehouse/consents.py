"""Consents as they are known last: what a night chose may not be published against a no that came since."""

from datetime import date

import duckdb

import expectations
from mining_tasks.warehouse import engine, ledger, shelf
from mining_tasks.warehouse.shelf import Partition

CONSENTS, LINKS = "core_crm__consents", "core_identities__links"
NOW = "consents_now"  # customer_id, channel_code, is_granted; channels nothing was said about have no row: a no


def newest() -> Partition:
    """The consents accepted last, of whatever night; raises `NotAccepted` if none ever were."""
    row = ledger.accepted_before(CONSENTS, date.max)
    if row is None:
        raise shelf.NotAccepted("core_crm__consents was never accepted: nobody may be contacted")
    return shelf.of_ledger(row)


def before(sql: str) -> str:
    """A room's query with the step that makes `consents_now` before it, out of the newest consents and the links.

    It asks for `$said_before`: `said_before(newest())`.
    """
    return engine.sql(__file__, "consents.sql") + sql


def make(connection: duckdb.DuckDBPyConnection, night: date) -> Partition:
    """Make `consents_now` of a night's customers on a connection of its own names; returns the consents behind it."""
    last = newest()
    shown = {row[0] for row in connection.execute("SELECT view_name FROM duckdb_views()").fetchall()}
    for part in (last, shelf.read(expectations.table(LINKS), night)):
        if part.table.name not in shown:
            engine.show(connection, part)
    connection.execute(before(""), {"said_before": engine.night_end(last.night)})
    return last
