"""Silos in a few lines: core tables of people in a DuckDB, for tests of linking."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import duckdb
import pyarrow as pa

from expectations.crm import core_crm__contacts
from expectations.identities import (
    core_identities__changes,
    core_identities__customers,
    core_identities__decisions,
    core_identities__links,
    core_identities__successors,
)
from expectations.likeness import core_identities__pairs
from expectations.shop import core_shop__customers
from expectations.speak import arrow
from expectations.support import core_support__requesters
from expectations.words import Table
from mining_tasks.identities import scores
from mining_tasks.identities.changed import score_changed
from mining_tasks.identities.decisions import SCHEMA as SAID
from mining_tasks.identities.evidence import gather
from mining_tasks.identities.link import link
from mining_tasks.identities.rules import Rules
from mining_tasks.identities.settle import settle
from mining_tasks.identities.tables import make

KEY = b"a key of tests, long enough"
NIGHT = date(2018, 1, 1)
TABLES = {"shop": core_shop__customers, "crm": core_crm__contacts, "support": core_support__requesters}
MEMORY = {
    "links": core_identities__links,
    "customers": core_identities__customers,
    "named_pairs": core_identities__pairs,
    "changes": core_identities__changes,
    "successors": core_identities__successors,
    "outcomes": core_identities__decisions,
}
SHORT = {"mail": "email", "ok": "is_email_verified", "given": "given_name", "born": "birth_date"}
Person = Mapping[str, Any]


def core(table: Table, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Rows as the core table that a contract promises; what is not said is missing."""
    seen = {"updated_at": datetime(2017, 1, 1, tzinfo=UTC)}
    return pa.Table.from_pylist([{**seen, **row} for row in rows], schema=arrow.schema(table))


def account(source: str, number: Any, **facts: Any) -> dict[str, Any]:
    """One account: `mail`, `ok` (verified), `phone`, `name` (or `given` and `surname`), `born`, `country_code`."""
    row = {SHORT.get(name, name): value for name, value in facts.items()}
    name = row.pop("name", None)
    if source == "support":
        row["full_name"] = name
    elif name:
        row["given_name"], _, row["surname"] = name.partition(" ")
    return {"source": source, TABLES[source].key[0]: str(number), **row}


class Linked:
    """What came of linking: `links`, `customers` and `shared`, as lists of rows, `id_of` and `groups`.

    `tables`: what the next night remembers; `touched`: how many accounts were scored, None if all.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, touched: int | None, parameters: pa.Table) -> None:
        self.tables = {name: connection.table(name).to_arrow_table() for name in MEMORY}
        self.touched, self.parameters = touched, parameters
        self.shared = connection.table("shared_values").to_arrow_table().to_pylist()
        self.links = sorted(self.tables["links"].to_pylist(), key=lambda row: row["account_id"])
        self.customers = self.tables["customers"].to_pylist()
        self.pairs = self.tables["named_pairs"].to_pylist()
        self.id_of = {row["account_id"]: row["customer_id"] for row in self.links}

    def rows(self, name: str) -> list[dict[str, Any]]:
        """A table that the next night remembers, in one order."""
        return sorted(self.tables[name].to_pylist(), key=repr)

    @property
    def groups(self) -> list[list[str]]:
        """The accounts of every customer, sorted."""
        members: dict[str, list[str]] = {}
        for account_id, customer_id in self.id_of.items():
            members.setdefault(customer_id, []).append(account_id)
        return sorted(members.values())


def linked(
    people: Iterable[Person],
    rules: Rules | None = None,
    night: date = NIGHT,
    before: Linked | None = None,
    beside: Mapping[Table, pa.Table] | None = None,
    said: pa.Table | None = None,
) -> Linked:
    """Link accounts in a DuckDB of their own, after the night `before`, by its parameters; `beside`: other tables;
    `said`: what people decided."""
    tables = {source: [] for source in TABLES}  # type: dict[str, list[dict[str, Any]]]
    for person in people:
        tables[person["source"]].append({k: v for k, v in person.items() if k != "source"})
    with duckdb.connect() as connection:
        for source, table in TABLES.items():
            connection.register(table.name, core(table, tables[source]))
        for table, rows in (beside or {}).items():
            connection.register(table.name, rows)
        connection.register("said", SAID.empty_table() if said is None else said)
        return _linked(connection, rules or Rules(), night, before)


def _linked(connection: duckdb.DuckDBPyConnection, rules: Rules, night: date, before: Linked | None) -> Linked:
    for name, table in MEMORY.items():
        remembered = before.tables[name] if before else arrow.schema(table).empty_table()
        names = [column.name for column in table.columns]
        connection.register(f"{name}_before".replace("named_", ""), remembered.select(names))
    gather(connection, rules, KEY)
    make(connection, "decisions")
    parameters = before.parameters if before else scores.learn(connection, rules)
    scores.fingerprints(connection, parameters)
    touched = score_changed(connection, partial(scores.score, connection, parameters), KEY, "the model")
    settle(connection, link(connection, scores.bars(parameters)), night, KEY)
    make(connection, "shared_values")
    return Linked(connection, touched, parameters)
