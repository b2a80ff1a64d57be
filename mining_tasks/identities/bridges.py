"""Weak bridges: ties that alone hold two parts of a component together, and carry too little for that."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from math import log2

import numpy as np

from mining_tasks.identities.groups import Pair
from mining_tasks.identities.ties import Ties

PART = 2  # accounts on each side: an account with one tie to a person is no bridge, that is how most come in
SMALLEST = 2 * PART
Near = dict[int, list[tuple[int, int]]]  # of each member its neighbours, with the place of the tie between them


def weak_bridges(ties: Ties, threshold: float) -> np.ndarray:
    """Which ties are weak bridges: one entry per tie.

    A bridge between parts of `a` and `b` accounts had `a * b` chances to arise by accident and is the only one that
    did, so it must carry `log2(a * b)` bits more than a pair of its own (`threshold`, in bits) must.
    """
    component, sizes = ties.components()
    size = sizes[component[ties.one]]
    could_be_weak = ties.weight < threshold + 2 * np.log2(np.maximum(size / 2, 1))  # most where both parts are equal
    looked_at = np.zeros(len(sizes), dtype=bool)
    looked_at[component[ties.one[could_be_weak & (size >= SMALLEST)]]] = True
    places = np.flatnonzero(looked_at[component[ties.one]])
    is_weak = np.zeros(len(ties.one), dtype=bool)
    pairs = list(zip(ties.one[places].tolist(), ties.other[places].tolist(), strict=True))
    for place, below, above in bridges(pairs):
        needed = threshold + log2(below * above)
        is_weak[places[place]] = min(below, above) >= PART and ties.weight[places[place]] < needed
    return is_weak


def bridges(pairs: Sequence[Pair]) -> Iterator[tuple[int, int, int]]:
    """Every bridge of a graph: its place among `pairs`, and the number of members on either side.

    Tarjan's walk, without recursion: a tie is a bridge if nothing below it reaches above it.
    """
    near: Near = defaultdict(list)
    for place, (one, other) in enumerate(pairs):
        near[one].append((other, place))
        near[other].append((one, place))
    seen: set[int] = set()
    for start in near:
        if start not in seen:
            order, above = _walk(near, start)
            seen.update(order)
            yield from _crossings(near, order, above)


def _walk(near: Near, start: int) -> tuple[list[int], dict[int, tuple[int, int]]]:
    """The members of a component, depth first, and for each the one above it with the tie between them."""
    order: list[int] = []
    above: dict[int, tuple[int, int]] = {}
    waiting = [(start, start, -1)]
    while waiting:
        member, holder, place = waiting.pop()
        if member not in above:
            above[member] = (holder, place)
            order.append(member)
            waiting += [(other, member, tie) for other, tie in near[member]]
    return order, above


def _crossings(near: Near, order: list[int], above: dict[int, tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """The bridges of one component, from its leaves upwards."""
    number = {member: place for place, member in enumerate(order)}
    lowest, size = dict(number), dict.fromkeys(order, 1)
    for member in reversed(order):
        holder, tie = above[member]
        # of a member below, what it reaches itself; of any other, only itself
        reached = [
            lowest[other] if above[other][1] == place else number[other]
            for other, place in near[member]
            if place != tie
        ]
        lowest[member] = min([number[member], *reached])
        if holder != member:
            size[holder] += size[member]
            if lowest[member] == number[member]:
                yield tie, size[member], len(order) - size[member]
