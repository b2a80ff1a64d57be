"""Settle: give every cluster its customer id, the one it had before if it can keep it."""

import hmac
from datetime import date

import duckdb
import pyarrow as pa

from mining_tasks.warehouse.engine import sql

HEX_DIGITS = 16  # 64 bits: among a million customers two would share an id once in 37 million shops


def settle(connection: duckdb.DuckDBPyConnection, night: date, key: bytes) -> pa.Table:
    """From `clusters`, `links_before` and `customers_before`: columns cluster, customer_id, known_since_date.

    A cluster keeps the id that most of its accounts had; in a merge of equals the older customer stays, and when a
    customer falls apart the larger part keeps her. Other clusters get a new id, made of the night and their first
    account under the shop's key: the night sees to it that an id once given up never names anybody again.
    """
    kept: dict[int, tuple[str, date]] = {}
    taken: set[str] = set()
    for cluster, customer_id, since in connection.execute(sql(__file__, "overlaps.sql")).fetchall():
        if cluster not in kept and customer_id not in taken:
            kept[cluster] = (customer_id, since)
            taken.add(customer_id)
    firsts = connection.execute(sql(__file__, "firsts.sql")).fetchall()
    rows = [(cluster, *(kept.get(cluster) or (new_id(key, night, first), night))) for cluster, first in firsts]
    names = ("cluster", "customer_id", "known_since_date")
    kinds = (pa.int32(), pa.string(), pa.date32())
    columns = [pa.array([row[place] for row in rows], kind) for place, kind in enumerate(kinds)]
    return pa.table(columns, names=list(names))


def new_id(key: bytes, night: date, account_id: str) -> str:
    """The id of a customer first seen that night, whose first account is this one."""
    return "c_" + hmac.digest(key, f"customer:{night}:{account_id}".encode(), "sha256").hex()[:HEX_DIGITS]
