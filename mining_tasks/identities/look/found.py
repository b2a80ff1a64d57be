"""Found: who is meant by what a person typed, and the tables of a night in which to look."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import duckdb

import expectations
from expectations.fields import SOURCES
from mining_tasks.warehouse import engine, ledger, shelf

LINKS = "core_identities__links"
READS = (
    LINKS,
    "core_identities__customers",
    "core_identities__shared_values",
    "core_identities__pairs",
    "core_identities__parameters",
    "core_identities__changes",
    "core_identities__successors",
    "core_identities__decisions",
)
CUSTOMER = re.compile(r"c_[0-9a-f]{16}")
ACCOUNT = re.compile(rf"(?:{'|'.join(SOURCES)}):.+", re.DOTALL)
Row = dict[str, Any]


class Unknown(LookupError):
    """No such customer, account, pair or night; the message says what to try."""


@contextmanager
def opened(night: date) -> Iterator[duckdb.DuckDBPyConnection]:
    """The room's tables of a night under their names."""
    with engine.connected() as connection:
        for part in shelf.read_all([expectations.table(name) for name in READS], night):
            engine.show(connection, part)
        yield connection


def rows(connection: duckdb.DuckDBPyConnection, name: str, **params: Any) -> list[Row]:
    """What the SQL file `name` beside us gives."""
    found: list[Row] = connection.sql(engine.sql(__file__, name), params=params).to_arrow_table().to_pylist()
    return found


def last_night(night: date | None) -> date:
    """The night whose links are looked at: `night` itself, or the newest; raises `Unknown` if there is none."""
    newest = night or ledger.newest_night()
    row = newest and (ledger.accepted(LINKS, newest) or (None if night else ledger.accepted_before(LINKS, newest)))
    if not row:
        asked = f" --night {night}" if night else ""
        raise Unknown(f"no accounts were linked{f' for {night}' if night else ' yet'}. Next: goldseam night{asked}")
    return shelf.of_ledger(row).night


def customer_of(connection: duckdb.DuckDBPyConnection, asked: str, night: date) -> str:
    """Tonight's id of a customer (`c_…`, an old one too), or of an account's (`shop:123`); raises `Unknown`."""
    if ACCOUNT.fullmatch(asked):
        return of_account(connection, asked, night)
    if not CUSTOMER.fullmatch(asked):
        raise Unknown("that is neither a customer, as in c_0123456789abcdef, nor an account, as in shop:123")
    found = rows(connection, "resolved.sql", asked=asked)
    if not found:
        raise Unknown(
            f"no customer {asked} on {night}, nor was there one before. Next: look her account up in the silo"
        )
    if found[0]["customer_id"] is None:
        told = f"{asked} was given up on {found[0]['ended_date']}, when no account of hers was left"
        raise Unknown(f"{told}; pub_identities__changes holds her history, under from_customer_id")
    return str(found[0]["customer_id"])


def of_account(connection: duckdb.DuckDBPyConnection, asked: str, night: date) -> str:
    """The customer of an account; raises `Unknown`."""
    found = rows(connection, "of_account.sql", asked=asked)
    if not found:
        told = f"no account {asked} on {night}, nor was there one in the journal. Next: write it as its silo does"
        raise Unknown(f"{told} (shop:123, crm:77, support:9, shop:guest:4711 for a guest's first order)")
    if found[0]["customer_id"] is None:
        gone = found[0]
        raise Unknown(
            f"{asked} is gone since {gone['changed_date']}; it was an account of {gone['from_customer_id']}. "
            f"Next: goldseam who {gone['from_customer_id']}"
        )
    return str(found[0]["customer_id"])
