"""Link: from pairs of accounts to clusters, each one person."""

import logging
from dataclasses import dataclass, field

import duckdb
import numpy as np
import pyarrow as pa

from mining_tasks.identities import company
from mining_tasks.identities.bridges import weak_bridges
from mining_tasks.identities.groups import grouped, without_waverers
from mining_tasks.identities.likeness import find_contradictions
from mining_tasks.identities.rules import COMPONENT_LIMIT
from mining_tasks.identities.tables import count, make
from mining_tasks.identities.threshold import MOST_NAMESAKE
from mining_tasks.identities.ties import PROVED, SAID, Ties, clusters, without_chains
from mining_tasks.warehouse.engine import sql

LOG = logging.getLogger(__name__)
CHECKED_FROM = 3  # a component of two is its pair, which was compared already
CLEARLY_BITS = 5.0  # 32 to 1: an account that fits two who contradict each other belongs to one of them, or to neither
ANY_BITS = 1e-9  # but it stays alone only if it fits both alike where nothing but a person's word tells them apart
SURE_BITS = 6.0  # 64 to 1: such ties are joined first, and who keeps company with whom is seen from them


@dataclass(frozen=True)
class Bars:
    """What a tie by likeness needs: at least `threshold` bits, with what company adds to it (`shifts`, bits by its
    code), and at most that probability of strangers."""

    threshold: float
    most_strange: float = 1.0
    shifts: company.Shifts = field(default_factory=dict)


def link(connection: duckdb.DuckDBPyConnection, bars: Bars) -> pa.Table:
    """From `accounts`, `pairs` and `decisions` the clusters: columns account, cluster (its first account) and towards
    (the account it was joined with, missing if alone), one row per account, in order; and `weighed`, the ties.

    The strongest pairs join first, a person's word before all. No two accounts of a cluster contradict each other; no
    cluster is larger than `COMPONENT_LIMIT`, nor held together by a weak bridge alone.
    Guests are hung on last.
    """
    company.meet(connection, link_sure(connection))
    connection.register("own_clusters", _linked(connection, bars))
    return connection.sql(sql(__file__, "with_guests.sql")).to_arrow_table()


def link_sure(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """The clusters that need no look at company: as of `link`, by ties of at least `SURE_BITS`."""
    connection.execute(sql(__file__, "ties.sql"))
    company.meet_nobody(connection)
    return _linked(connection, Bars(SURE_BITS))


def _linked(connection: duckdb.DuckDBPyConnection, bars: Bars) -> pa.Table:
    ties, chained = without_chains(_ties(connection, bars), COMPONENT_LIMIT)
    if chained:
        told = "%s accounts hang together in chains of more than %s; their weaker ties are set aside"
        LOG.warning(told, f"{chained:,}", COMPONENT_LIMIT)
    ties = _without_contradictions(connection, ties)
    tree = ties.where(~weak_bridges(ties, bars.threshold)).tree()
    cluster, towards = clusters(tree)
    accounts = pa.array(np.arange(tree.count, dtype=np.int32))
    return pa.table({"account": accounts, "cluster": cluster, "towards": pa.array(towards, mask=towards < 0)})


def _ties(connection: duckdb.DuckDBPyConnection, bars: Bars) -> Ties:
    """Make `weighed`: the ties strong enough to join, with what company adds; and give them in order of strength."""
    company.tell(connection, bars.shifts)
    make(connection, "weighed", said=SAID, proved=PROVED, **_most(bars))
    found = connection.sql("SELECT * FROM weighed ORDER BY tier, account, other").to_arrow_table()
    one, other, tier, weight = (found[name].to_numpy() for name in ("account", "other", "tier", "weight"))
    return Ties(count(connection, "accounts"), one, other, tier, weight)


def _most(bars: Bars) -> dict[str, float]:
    return {"bar": bars.threshold, "most_strange": bars.most_strange, "most_namesake": MOST_NAMESAKE}


def _without_contradictions(connection: duckdb.DuckDBPyConnection, ties: Ties) -> Ties:
    """The ties within groups whose members do not contradict each other; only components with a clash are walked."""
    component, sizes = ties.components()
    one, other, margin = _contradictions(connection, component, sizes)
    is_within = component[one] == component[other]
    has_clash = np.zeros(len(sizes), dtype=bool)
    has_clash[component[one[is_within]]] = True
    places = np.flatnonzero(has_clash[component[ties.one]])
    stays = np.ones(len(ties.one), dtype=bool)
    stays[places] = _walked(ties.where(places), one[is_within], other[is_within], margin[is_within])
    return ties.where(stays)


def _contradictions(
    connection: duckdb.DuckDBPyConnection, component: np.ndarray, sizes: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Who must stay apart within the components worth a look: two accounts, and the margin of who fits both."""
    looked_at = np.flatnonzero(sizes[component] >= CHECKED_FROM)
    connection.register("components", pa.table({"account": looked_at, "component": component[looked_at]}))
    make(connection, "untied")
    find_contradictions(connection, "untied")
    make(connection, "contradictions", margin=CLEARLY_BITS, any=ANY_BITS)
    found = connection.table("contradictions").to_arrow_table()
    return found["account"].to_numpy(), found["other"].to_numpy(), found["margin"].to_numpy()


def _walked(ties: Ties, one: np.ndarray, other: np.ndarray, margin: np.ndarray) -> np.ndarray:
    """Which ties stay, where some of their members must stay apart."""
    members, numbers = np.unique(np.concatenate([ties.one, ties.other]), return_inverse=True)
    ones, others = numbers.reshape(2, -1)
    apart = zip(*(np.searchsorted(members, side).tolist() for side in (one, other)), strict=True)
    clashes = dict(zip(apart, margin.tolist(), strict=True))
    pairs = list(zip(ones.tolist(), others.tolist(), strict=True))
    steady = np.array(without_waverers(pairs, ties.weight.tolist(), clashes), dtype=bool) | (ties.weight >= SAID)
    group = np.array(grouped(len(members), [pairs[place] for place in np.flatnonzero(steady)], clashes))
    return np.asarray(steady & (group[ones] == group[others]))
