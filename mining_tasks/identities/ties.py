"""Ties: pairs of a whole shop's accounts as arrays of whole numbers, and what hangs together by them."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components, minimum_spanning_tree

PROVED = 1e6  # the bits of a tie that needs no estimate, a shared value that somebody verified: above any estimate
SAID = 1e9  # the bits of a tie that a person confirmed: above any proof


@dataclass(frozen=True)
class Ties:
    """Pairs of members 0 … count-1, each pair once, strongest first.

    `one` < `other`: members. `tier`: whole numbers from 0, equal where ties are equally strong, never falling.
    `weight`: bits of evidence (log2 of odds), or `PROVED`, or `SAID`.
    """

    count: int
    one: np.ndarray
    other: np.ndarray
    tier: np.ndarray
    weight: np.ndarray

    def where(self, stays: np.ndarray) -> "Ties":
        """The ties for which `stays` holds, in the same order."""
        return Ties(self.count, self.one[stays], self.other[stays], self.tier[stays], self.weight[stays])

    def components(self) -> tuple[np.ndarray, np.ndarray]:
        """The component of each member, and the members of each component."""
        graph = coo_array((np.ones(len(self.one), dtype=np.int8), (self.one, self.other)), shape=(self.count,) * 2)
        _, component = connected_components(graph, directed=False)
        return component, np.bincount(component, minlength=1)

    def tree(self) -> "Ties":
        """The strongest ties that hold every component together, without a circle."""
        rank = np.arange(1, len(self.one) + 1, dtype=np.float64)
        graph = csr_array((rank, (self.one, self.other)), shape=(self.count,) * 2)
        chosen = np.zeros(len(self.one), dtype=bool)
        chosen[minimum_spanning_tree(graph, overwrite=True).data.astype(np.int64) - 1] = True
        return self.where(chosen)


def without_chains(ties: Ties, limit: int) -> tuple[Ties, int]:
    """The ties without the weakest of every component that is larger than `limit`, and how many members that met.

    The bar rises until what hangs together is small enough: the weaker half of such a component's ties falls, then
    the weaker half of what is left. Ties of one strength fall together, since nothing says which of them is true.
    """
    met = np.zeros(ties.count, dtype=bool)
    while True:
        component, sizes = ties.components()
        is_chained = (sizes > limit)[component]
        if not is_chained.any():
            return ties, int(met.sum())
        met |= is_chained
        ties = ties.where(~_weaker_half(component[ties.one], ties.tier, is_chained[ties.one]))


def _weaker_half(component: np.ndarray, tier: np.ndarray, is_chained: np.ndarray) -> np.ndarray:
    """Of each chained component the ties below its middle one; the lowest tier where the middle one stands on it."""
    places = np.flatnonzero(is_chained)
    places = places[np.argsort(component[places], kind="stable")]  # within a component still strongest first
    first = np.flatnonzero(np.diff(component[places], prepend=-1))
    ends = np.append(first[1:], len(places))
    middle, last = tier[places[(first + ends) // 2]], tier[places[ends - 1]]
    bar = np.repeat(np.where(middle < last, middle, last - 1), ends - first)
    falls = np.zeros(len(tier), dtype=bool)
    falls[places] = tier[places] > bar
    return falls


def clusters(tree: Ties) -> tuple[np.ndarray, np.ndarray]:
    """The cluster of each member (its first member), and the member through which it hangs together with that one.

    `towards` of a first member is its first neighbour; -1 where a member is alone.
    """
    component, _ = tree.components()
    _, firsts = np.unique(component, return_index=True)
    cluster = firsts[component]
    towards = _towards_root(tree, firsts)
    neighbour = np.full(tree.count, tree.count, dtype=np.int64)
    np.minimum.at(neighbour, tree.one, tree.other)
    np.minimum.at(neighbour, tree.other, tree.one)
    is_first = cluster == np.arange(tree.count)
    towards[is_first] = np.where(neighbour[is_first] < tree.count, neighbour[is_first], -1)
    return cluster.astype(np.int32), towards.astype(np.int32)


def _towards_root(tree: Ties, firsts: np.ndarray) -> np.ndarray:
    """Each member's neighbour on the way to the first of its cluster: one walk from a root above all firsts."""
    root = tree.count
    one = np.concatenate([tree.one, np.full(len(firsts), root)])
    other = np.concatenate([tree.other, firsts])
    graph = csr_array((np.ones(len(one), dtype=np.int8), (one, other)), shape=(root + 1,) * 2)
    _, before = breadth_first_order(graph, root, directed=False)
    return np.asarray(before[:root], dtype=np.int64)
