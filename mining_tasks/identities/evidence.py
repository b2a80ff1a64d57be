"""Evidence: what accounts share, as keyed hashes, and which two accounts it joins.

The rules of this first cut. An **e-mail** joins two accounts if at least one of the two silos verified it, and no
known fact contradicts (names, birth dates; see compare.sql). A **phone** joins two accounts if both names are known
and do not contradict: nobody verified it. So does a mailbox that speaks for a house (`info@…`). A value that more
accounts carry than its limit joins nobody. Guest orders have no account and so belong to no customer yet.

Text work on contact data stays inside DuckDB, but for the phone parser; nothing here logs or raises with values.
"""

import hashlib
from typing import Any

import duckdb

from mining_tasks.identities.phones import normalised
from mining_tasks.identities.rules import Rules
from mining_tasks.warehouse.engine import sql
from mining_tasks.warehouse.sql import quoted

BLOCK_BYTES = 64  # of SHA-256, for HMAC (RFC 2104)
ROLE_MAILBOXES = (
    "(abuse|accounts?|accounting|admin|administrator|billing|bookings?|contact|contato|customerservice|enquiries|family"
    "|feedback|hello|help|helpdesk|hostmaster|hr|info|information|inquiries|it|jobs|kontakt|mail|marketing|news"
    "|newsletter|no-?reply|noc|none|office|orders?|post|postmaster|privacy|reception|sales|secretary|security|service"
    "|shop|store|support|team|test|webmaster)([+].*)?"
)


def gather(connection: duckdb.DuckDBPyConnection, rules: Rules, key: bytes) -> None:
    """From the silos' core tables make `accounts`, `evidence` and `pairs` in the connection."""
    connection.execute(sql(__file__, "compare.sql"))
    told = {"country": rules.country, "trusted": list(rules.trusted_silos)}
    _make(connection, "accounts", sql(__file__, "accounts.sql"), told)
    spellings = connection.sql(sql(__file__, "spellings.sql")).to_arrow_table()
    connection.register("phones", normalised(spellings))
    limits = {"email_limit": rules.email_limit, "phone_limit": rules.phone_limit}
    worth = {"role_mailboxes": ROLE_MAILBOXES, **limits, **pads(key)}
    _make(connection, "evidence", sql(__file__, "evidence.sql"), worth)
    _make(connection, "pairs", sql(__file__, "pairs.sql"), {})


def _make(connection: duckdb.DuckDBPyConnection, name: str, query: str, params: dict[str, Any]) -> None:
    connection.execute(f"CREATE TABLE {quoted(name)} AS {query}", params)


def pads(key: bytes) -> dict[str, bytes]:
    """The two padded keys from which SQL makes an HMAC-SHA-256 that Python's `hmac` agrees with."""
    block = (key if len(key) <= BLOCK_BYTES else hashlib.sha256(key).digest()).ljust(BLOCK_BYTES, b"\0")
    return {"inner": bytes(byte ^ 0x36 for byte in block), "outer": bytes(byte ^ 0x5C for byte in block)}
