"""Consents as they are known last: what a night chose may not be published against a no that came since."""

from datetime import date

import duckdb

from expectations.crm import core_crm__consents
from expectations.identities import core_identities__links
from mining_tasks.warehouse import engine, ledger, shelf
from mining_tasks.warehouse.shelf import Partition

NOW = "consents_now"  # customer_id, channel_code, is_granted


def newest() -> Partition:
    """The consents accepted last, of whatever night; raises `NotAccepted` if none ever were."""
    row = ledger.accepted_before(core_crm__consents.name, date.max)
    if row is None:
        raise shelf.NotAccepted("core_crm__consents was never accepted: nobody may be contacted")
    return shelf.of_ledger(row)


def make(connection: duckdb.DuckDBPyConnection, night: date) -> Partition:
    """Make the table `consents_now` for the customers of a night; returns the consents it was made of.

    It holds the channels about which a contact of hers said something; of others nothing is known, which is a no.
    """
    last, links = newest(), shelf.read(core_identities__links, night)
    shown = {row[0] for row in connection.execute("SELECT view_name FROM duckdb_views()").fetchall()}
    for part in (last, links):
        if part.table.name not in shown:
            engine.show(connection, part)
    made = engine.asked(connection, engine.sql(__file__, "consents.sql"), {"night_end": engine.night_end(last.night)})
    made.to_table(NOW)
    return last
