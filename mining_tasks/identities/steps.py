"""Steps: the door of identities."""

from datetime import date

import duckdb
import pyarrow as pa

from expectations.crm import core_crm__contacts
from expectations.identities import core_identities__customers, core_identities__links, core_identities__shared_values
from expectations.shop import core_shop__customers
from expectations.speak import arrow
from expectations.support import core_support__requesters
from expectations.words import Table
from mining_tasks.identities.evidence import gather
from mining_tasks.identities.link import link
from mining_tasks.identities.rules import rules_of
from mining_tasks.identities.settle import settle
from mining_tasks.warehouse import engine, shelf
from mining_tasks.warehouse.home import home
from mining_tasks.warehouse.shelf import Partition

ACCOUNTS = (core_shop__customers, core_crm__contacts, core_support__requesters)
BEFORE = {"links_before": core_identities__links, "customers_before": core_identities__customers}
MADE = {
    core_identities__links: "links.sql",
    core_identities__customers: "customers.sql",
    core_identities__shared_values: "shared_values.sql",
}


def link_accounts(night: date) -> list[str]:
    """Find out which accounts are one customer; drafts of links, customers and shared values, as their addresses.

    Yesterday's ids are a memory and no source: they make tonight's tables neither older nor stale.
    """
    reads = [shelf.read(table, night) for table in ACCOUNTS]
    before = {name: shelf.read_before(table, night) for name, table in BEFORE.items()}
    rules, key = rules_of(home().toml("sources").get("identities", {})), home().hash_key()
    with engine.connected() as connection:
        for part in reads:
            engine.show(connection, part)
        for name, past in before.items():
            _remember(connection, name, past)
        gather(connection, rules, key)
        connection.register("clusters", link(connection))
        connection.register("settled", settle(connection, night, key))
        rows = {table: connection.sql(engine.sql(__file__, file)).to_arrow_table() for table, file in MADE.items()}
    return [shelf.draft(table, night, made, reads) for table, made in rows.items()]


def _remember(connection: duckdb.DuckDBPyConnection, name: str, past: Partition | None) -> None:
    """Show what was accepted on the night before; on the first night an empty table."""
    if past is None:
        connection.register(name, _empty(BEFORE[name]))
    else:
        engine.show(connection, past, name)


def _empty(table: Table) -> pa.Table:
    return arrow.schema(table).empty_table()
