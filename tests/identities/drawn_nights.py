"""Nights in a few lines: accounts and the pairs that tie them, linked and settled after the night before."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import duckdb
import pyarrow as pa

from expectations.identities import (
    core_identities__changes,
    core_identities__customers,
    core_identities__links,
    core_identities__successors,
)
from expectations.likeness import core_identities__pairs
from expectations.speak import arrow
from mining_tasks.identities import link as room
from mining_tasks.identities.around import everybody
from mining_tasks.identities.decisions import SCHEMA as SAID
from mining_tasks.identities.evidence import gather_accounts
from mining_tasks.identities.rules import Rules
from mining_tasks.identities.settle import settle
from mining_tasks.identities.tables import make
from tests.identities.drawn_accounts import KEY, TABLES, account, core

FIRST = date(2018, 1, 1)
THRESHOLD = 5.0
MEMORY = {
    "links": core_identities__links,
    "customers": core_identities__customers,
    "changes": core_identities__changes,
    "successors": core_identities__successors,
}
PAIRS = pa.schema(
    [
        ("account", pa.int32()),
        ("other", pa.int32()),
        ("strength", pa.int32()),
        ("match_weight", pa.float64()),
        ("stranger_probability", pa.float64()),
        ("namesake_probability", pa.float64()),
        ("is_contradicted", pa.bool_()),
        ("evidence_code", pa.string()),
        ("evidence_hash", pa.string()),
    ]
)
Pair = tuple[str, str] | tuple[str, str, float]


@dataclass
class World:
    """One night's accounts (short name → words of the person's name), pairs and decisions.

    A pair with a third item, its weight in bits, is one by likeness; one without is proved by an e-mail.
    """

    names: Mapping[str, str]
    pairs: Sequence[Pair] = ()
    decisions: Sequence[tuple[str, str, str]] = ()
    born: Mapping[str, date] = field(default_factory=dict)


@dataclass
class Night:
    """What came of a night: the room's tables, by name."""

    night: date
    tables: dict[str, pa.Table]

    @property
    def id_of(self) -> dict[str, str]:
        """The customer of each account, by its short name."""
        return {row["account_id"][5:]: row["customer_id"] for row in self.rows("links")}

    @property
    def groups(self) -> set[str]:
        """The accounts of every customer, in one word each."""
        members: dict[str, list[str]] = {}
        for name, customer in self.id_of.items():
            members.setdefault(customer, []).append(name)
        return {" ".join(sorted(group)) for group in members.values()}

    def rows(self, table: str) -> list[dict[str, Any]]:
        keys = {"links": "account_id", "customers": "customer_id", "successors": "former_customer_id"}
        return self.tables[table].sort_by(keys.get(table, "account_id")).to_pylist()

    def codes(self) -> dict[str, str]:
        """The change of each account that changed, by its short name."""
        return {row["account_id"][5:]: row["change_code"] for row in self.rows("changes")}


def settled(world: World, before: Night | None = None, night: date | None = None, **options: Any) -> Night:
    """Link and settle one night in a DuckDB of its own."""
    tonight = night or (before.night + timedelta(days=1) if before else FIRST)
    with duckdb.connect() as connection:
        _tell(connection, world, before, options.get("luck"))
        settle(connection, room.link(connection, room.Bars(THRESHOLD)), tonight, KEY)
        names = ("links", "customers", "changes", "successors", "outcomes")
        return Night(tonight, {name: connection.table(name).to_arrow_table() for name in names})


def _tell(
    connection: duckdb.DuckDBPyConnection, world: World, before: Night | None, luck: random.Random | None
) -> None:
    """Make what comes before `link`: accounts, what tells them apart, pairs, decisions, the night before."""
    number = {name: place for place, name in enumerate(sorted(world.names))}
    shops = [account("shop", name, name=said, born=world.born.get(name)) for name, said in world.names.items()]
    for source, table in TABLES.items():
        connection.register(table.name, core(table, [_of_shop(one) for one in shops] if source == "shop" else []))
    gather_accounts(connection, Rules())
    connection.register("differing", pa.table({f"{name}_tells": [True] for name in ("given", "surname", "birth")}))
    connection.register("facts", pa.table({"account": range(len(number)), "facts_hash": ["f"] * len(number)}))
    found = [_pair(number, *pair) for pair in world.pairs]
    connection.register("found", pa.Table.from_pylist(_shuffled(found, luck), schema=PAIRS))
    connection.execute("CREATE TABLE pairs AS SELECT * FROM found")
    said = [
        {"account_id": f"shop:{one}", "other_account_id": f"shop:{other}", "decision_code": code, "decided_date": FIRST}
        for code, one, other in world.decisions
    ]
    connection.register("said", pa.Table.from_pylist(said, schema=SAID))
    make(connection, "decisions")
    for name, table in MEMORY.items():
        connection.register(f"{name}_before", before.tables[name] if before else arrow.schema(table).empty_table())
    connection.register("pairs_before", arrow.schema(core_identities__pairs).empty_table())
    everybody(connection)


def _of_shop(person: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in person.items() if name != "source"}


def _pair(number: Mapping[str, int], one: str, other: str, weight: float | None = None) -> dict[str, Any]:
    first, second = sorted((number[one], number[other]))
    is_proved = weight is None
    return {
        "account": first,
        "other": second,
        "strength": 0 if is_proved else 3,
        "match_weight": weight,
        "stranger_probability": 0.0,
        "namesake_probability": 0.0,
        "is_contradicted": False,
        "evidence_code": "email" if is_proved else "likeness",
        "evidence_hash": "e" if is_proved else None,
    }


def _shuffled(rows: list[dict[str, Any]], luck: random.Random | None) -> list[dict[str, Any]]:
    return luck.sample(rows, len(rows)) if luck else rows


def people(letters: Iterable[str], name: str = "anna berg") -> dict[str, str]:
    """Accounts all of one name."""
    return dict.fromkeys(letters, name)
