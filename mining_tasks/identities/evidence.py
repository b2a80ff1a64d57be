"""Evidence: what the silos' accounts tell, written as it is compared, and the values that they share, as keyed hashes.

What it proves and what is only a likeness: proved.sql and docs/identities.md. A value that more accounts carry than its
limit says nothing about a person. Text work on contact data stays inside DuckDB, but for the phone parser; nothing here
logs or raises with values.
"""

import hashlib
from typing import Any

import duckdb
import pyarrow as pa

import expectations
from expectations.speak import arrow
from mining_tasks.identities.declared import guest_orders, orders_named, written
from mining_tasks.identities.phones import normalise
from mining_tasks.identities.rules import Rules
from mining_tasks.warehouse.engine import sql
from mining_tasks.warehouse.sql import filled, quoted

ORDER_LIMIT = 6  # accounts with which one may name orders together
LEAST_ACCOUNTS = 1_000  # in a smaller shop or country nothing is called rare
ESTABLISHED = 5  # bearers from which on a spelling is a name and no slip
BLOCK_BYTES = 64  # of SHA-256, for HMAC (RFC 2104)
ROLE_MAILBOXES = (  # what speaks for a house or a family (RFC 2142, and what shops see)
    "(abuse|accounts?|accounting|admin|administra[ct]i[oó]n|administrator|billing|bookings?|buchhaltung|b(ü|ue)ro"
    "|compta(bilit[eé])?|conta(bilidad|ct|cto|to)|customerservice|einkauf|empfang|enquiries|facturaci[oó]n|feedback"
    "|hallo|hello|help|helpdesk|hola|hostmaster|hr|info|informaci[oó]n|information|inquiries|it|jobs|kontakt|mail"
    "|marketing|news|newsletter|no-?reply|noc|none|oficina|office|orders?|pedidos|post|postmaster|privacy|purchasing"
    "|rechnung(en)?|reception|sales|sekretariat|secretary|security|service|shop|store|support|team|test|ventas|verkauf"
    "|verwaltung|webmaster|zentrale)([+].*)?"
    "|(family|familie|familia|famille).*|fam([._-].*)?"
)


def gather(connection: duckdb.DuckDBPyConnection, rules: Rules, key: bytes) -> None:
    """From the silos' core tables make `accounts` and `evidence` in the connection."""
    gather_accounts(connection, rules)
    _make(connection, "evidence", sql(__file__, "evidence.sql"), pads(key))
    connection.execute("DROP TABLE carried")
    connection.execute(sql(__file__, "told_accounts.sql"))


def gather_accounts(connection: duckdb.DuckDBPyConnection, rules: Rules) -> None:
    """Make `accounts` and `counts`, one row per account, and the view of both as they are compared, `compared`."""
    _without_orders(connection)
    for macros in ("words.sql", "compare.sql"):
        connection.execute(sql(__file__, macros))
    connection.register("nicknames", nicknames())
    trusted = {"trusted": list(rules.trusted_silos)}
    _make(connection, "written", filled(__file__, "written.sql", told=written()), trusted)
    connection.execute(sql(__file__, "spelt_out.sql"), {"role_mailboxes": ROLE_MAILBOXES})
    for dictionary in ("names", "places"):
        _make(connection, dictionary, sql(__file__, f"{dictionary}.sql"), {})
    _make(connection, "regions", sql(__file__, "regions.sql"), {"country": rules.country})
    connection.execute(sql(__file__, "spellings.sql"))
    normalise(connection)
    boxes = {"dotless": list(rules.dotless_providers), "role_mailboxes": ROLE_MAILBOXES}
    _make(connection, "accounts", sql(__file__, "accounts.sql"), boxes)
    connection.execute("DROP TABLE phones; DROP TABLE spellings")
    connection.execute(sql(__file__, "passed.sql"))
    bounds = {"least_accounts": LEAST_ACCOUNTS, "established": ESTABLISHED}
    _make(connection, "commonness", sql(__file__, "commonness.sql"), bounds)
    _make(connection, "guest_orders", guest_orders(), {})
    _make(connection, "orders_named", orders_named(), {})
    _make(connection, "order_links", sql(__file__, "order_links.sql"), {"order_limit": ORDER_LIMIT})
    _make(connection, "orders_of", sql(__file__, "orders_of.sql"), {})
    _make(connection, "carried", sql(__file__, "carried.sql"), _limits(rules))
    _make(connection, "counts", sql(__file__, "counts.sql"), {"phone_limit": rules.phone_limit})
    connection.execute("DROP TABLE commonness; DROP TABLE orders_of")
    connection.execute(sql(__file__, "compared.sql"))


def _limits(rules: Rules) -> dict[str, int]:
    return {f"{name}_limit": getattr(rules, f"{name}_limit") for name in ("email", "phone", "reference")}


def _without_orders(connection: duckdb.DuckDBPyConnection) -> None:
    """Where a shop tells no orders or tickets, nobody names any."""
    there = {row[0] for row in connection.execute("SELECT table_name FROM information_schema.tables").fetchall()}
    for table in (expectations.table("core_shop__orders"), expectations.table("core_support__tickets")):
        if table.name not in there:
            connection.register(table.name, arrow.schema(table).empty_table())


def nicknames() -> pa.Table:
    """`nicknames.txt` as columns word and line."""
    lines = sql(__file__, "nicknames.txt").splitlines()
    told = sorted({(word, number) for number, line in enumerate(lines) if line[:1] != "#" for word in line.split()})
    return pa.table({"word": [word for word, _ in told], "line": pa.array([line for _, line in told], pa.int32())})


def _make(connection: duckdb.DuckDBPyConnection, name: str, query: str, params: dict[str, Any]) -> None:
    connection.execute(f"CREATE TABLE {quoted(name)} AS {query}", params)


def pads(key: bytes) -> dict[str, bytes]:
    """The two padded keys from which SQL makes an HMAC-SHA-256 that Python's `hmac` agrees with."""
    block = (key if len(key) <= BLOCK_BYTES else hashlib.sha256(key).digest()).ljust(BLOCK_BYTES, b"\0")
    return {"inner": bytes(byte ^ 0x36 for byte in block), "outer": bytes(byte ^ 0x5C for byte in block)}
