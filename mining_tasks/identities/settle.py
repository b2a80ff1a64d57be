"""Settle: give every cluster its customer id, the one it had before if it can keep it, and write down what changed."""

from datetime import date

import duckdb
import pyarrow as pa

from mining_tasks.identities.evidence import pads
from mining_tasks.identities.tables import make
from mining_tasks.warehouse.engine import sql

MADE = ("claims", "settled", "links_now", "customers_now", "changes", "successors")
JOURNAL_NIGHTS = 400  # a year and a month, so that a year's figures can be told from it


def settle(connection: duckdb.DuckDBPyConnection, clusters: pa.Table, night: date, key: bytes) -> None:
    """From clusters and from `links_around`, `customers_around` and `successors_before` make tonight's tables.

    `links`, `customers` and `named_pairs`; `changes`, tonight's rows of the journal; `successors` of all ids ever
    given up; `outcomes`, what became of every decision. A customer lives on where most of her accounts are: so a split
    gives a new id to the smaller part. Where several live on in one cluster, they are merged, and the oldest id stays.
    """
    connection.register("clusters", clusters)
    for name in MADE:
        make(connection, name, night=night, nights=JOURNAL_NIGHTS, **pads(key))
    for views in ("pairs_now", "settled_all"):
        connection.execute(sql(__file__, f"{views}.sql"))
    make(connection, "outcomes")
