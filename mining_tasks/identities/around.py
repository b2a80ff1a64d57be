"""Around: the accounts that must be linked anew tonight, because they hang together with something that changed.

Who is one person is decided within groups of accounts that pairs hold together: no tie, no contradiction, no company
and no decision reaches from one group into another. So a group in which nothing changed ends as it did on the night
before, with the customers it had. Groups are told by hashes of names; two names of one hash would only make a group
larger.
"""

import duckdb
import numpy as np
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from mining_tasks.identities.tables import make
from mining_tasks.warehouse.engine import sql


def everybody(connection: duckdb.DuckDBPyConnection) -> None:
    """All accounts are linked anew: `links_around` and `customers_around` are all of the night before, and nobody of
    `links_elsewhere`, `customers_elsewhere` and `pairs_elsewhere` stays who she was unasked."""
    connection.execute(sql(__file__, "everybody.sql"))


def narrow(connection: duckdb.DuckDBPyConnection) -> None:
    """Let `accounts`, `compared`, `facts`, `pairs` and `decisions` hold those around what changed alone, numbered anew
    in the same order; the past in two parts, as of `everybody`.

    Of `changed`, the accounts with a pair in `pairs`, and all of whom people decided anything, then or now.
    """
    edges = connection.sql(sql(__file__, "held_together.sql")).to_arrow_table()
    starts = connection.sql(sql(__file__, "moving.sql")).to_arrow_table()
    one, other, moving = (column.to_numpy() for column in (edges["one"], edges["other"], starts["key"]))
    connection.register("reached_keys", pa.table({"key": _reached(one, other, moving)}))
    connection.execute(sql(__file__, "narrow.sql"))
    connection.unregister("reached_keys")
    make(connection, "decisions")


def _reached(one: np.ndarray, other: np.ndarray, moving: np.ndarray) -> np.ndarray:
    """All keys that hang together with those `moving`, by the edges from `one` to `other`."""
    keys, places = np.unique(np.concatenate([one, other, moving]), return_inverse=True)
    ends = places[: len(one)], places[len(one) : 2 * len(one)]
    graph = coo_array((np.ones(len(one), dtype=np.int8), ends), shape=(len(keys),) * 2)
    _, group = connected_components(graph, directed=False)
    is_moving = np.zeros(len(keys), dtype=bool)
    is_moving[group[places[2 * len(one) :]]] = True
    return np.asarray(keys[is_moving[group]])
