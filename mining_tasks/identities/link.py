"""Link: from pairs of accounts to clusters, each one person."""

import logging

import duckdb
import numpy as np
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from mining_tasks.identities.groups import Pair, grouped, towards_first, without_waverers
from mining_tasks.identities.rules import COMPONENT_LIMIT
from mining_tasks.warehouse.engine import sql

LOG = logging.getLogger(__name__)
CHECKED_FROM = 3  # a component of two is its pair, which was compared already
NOBODY = -1


def link(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """From `accounts` and `pairs` the clusters: columns account, cluster (its first account) and towards (the account
    it was joined with, missing if alone), one row per account, in order.

    No two accounts of a cluster contradict each other. Chains of more than `COMPONENT_LIMIT` accounts stay apart.
    """
    vague = connection.sql("SELECT len(tokens) = 0 AS is_vague FROM accounts ORDER BY account").to_arrow_table()
    is_vague = vague["is_vague"].to_pylist()
    found = connection.sql("SELECT account, other FROM pairs ORDER BY strength, account, other").to_arrow_table()
    one, other = (found[name].to_numpy() for name in ("account", "other"))
    component, sizes = _components(len(is_vague), one, other)
    size = sizes[component[one]]
    _tell_of_chains(sizes)
    apart = _contradictions(connection, component, sizes)
    is_open = (size >= CHECKED_FROM) & (size <= COMPONENT_LIMIT)
    pairs = list(zip(one[is_open].tolist(), other[is_open].tolist(), strict=True))
    kept = [pair for pair, stays in zip(pairs, without_waverers(pairs, apart, is_vague), strict=True) if stays]
    cluster, tree = grouped(len(is_vague), kept, apart)
    is_couple = size < CHECKED_FROM
    return _clusters(np.array(cluster, dtype=np.int32), towards_first(tree), one[is_couple], other[is_couple])


def _clusters(cluster: np.ndarray, towards: dict[int, int], one: np.ndarray, other: np.ndarray) -> pa.Table:
    """The clusters, with the couples of `one` and `other`, who know nobody else and need no closer look."""
    near = np.full(len(cluster), NOBODY, dtype=np.int32)
    near[list(towards.keys())] = list(towards.values())
    near[one], near[other], cluster[other] = other, one, one
    return pa.table(
        {
            "account": pa.array(np.arange(len(cluster), dtype=np.int32)),
            "cluster": pa.array(cluster),
            "towards": pa.array(near, mask=near == NOBODY),
        }
    )


def _components(count: int, one: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The component of each account, and the accounts of each component."""
    graph = coo_array((np.ones(len(one), dtype=np.int8), (one, other)), shape=(count, count))
    _, component = connected_components(graph, directed=False)
    return component, np.bincount(component, minlength=1)


def _tell_of_chains(sizes: np.ndarray) -> None:
    long = sizes[sizes > COMPONENT_LIMIT]
    if len(long):
        told = "%s accounts hang together in %s chains of more than %s; they join nobody"
        LOG.warning(told, f"{long.sum():,}", f"{len(long):,}", COMPONENT_LIMIT)


def _contradictions(connection: duckdb.DuckDBPyConnection, component: np.ndarray, sizes: np.ndarray) -> list[Pair]:
    """Pairs within the components worth a look that cannot be one person."""
    size = sizes[component]
    looked_at = np.flatnonzero((size >= CHECKED_FROM) & (size <= COMPONENT_LIMIT))
    connection.register("components", pa.table({"account": looked_at, "component": component[looked_at]}))
    return [tuple(row) for row in connection.execute(sql(__file__, "contradictions.sql")).fetchall()]
