"""Groups, trees and bridges against naive answers, on random graphs."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mining_tasks.identities.bridges import bridges, weak_bridges
from mining_tasks.identities.groups import Pair, grouped, without_waverers
from mining_tasks.identities.ties import Ties, clusters, without_chains

COUNT = 12
PAIR = st.tuples(st.integers(0, COUNT - 1), st.integers(0, COUNT - 1)).filter(lambda pair: pair[0] < pair[1])
PAIRS = st.lists(PAIR, unique=True, max_size=30)


def ties(pairs: list[Pair], tiers: list[int] | None = None, weight: float = 9.0) -> Ties:
    ones, others = (np.array([pair[side] for pair in pairs], dtype=np.int32) for side in (0, 1))
    return Ties(COUNT, ones, others, np.array(tiers or [0] * len(pairs)), np.full(len(pairs), weight))


def parts(pairs: list[Pair]) -> set[frozenset[int]]:
    """What hangs together."""
    return {frozenset(group) for group in naive(COUNT, pairs, set())}


def naive(count: int, pairs: list[Pair], apart: set[Pair]) -> list[set[int]]:
    """Sets of members, joined one pair after the other, unless two of their members must stay apart."""
    groups = [{member} for member in range(count)]
    for one, other in pairs:
        mine, yours = (next(group for group in groups if member in group) for member in (one, other))
        clash = any(tuple(sorted((a, b))) in apart for a in mine for b in yours)
        if mine is not yours and not clash:
            groups = [group for group in groups if group is not mine and group is not yours] + [mine | yours]
    return groups


@given(PAIRS, PAIRS)
def test_groups_are_those_of_a_naive_answer(pairs: list[Pair], apart: list[Pair]) -> None:
    labels = grouped(COUNT, pairs, apart)
    expected = {min(group): group for group in naive(COUNT, pairs, set(apart))}
    assert {first: {m for m in range(COUNT) if labels[m] == first} for first in set(labels)} == expected


@given(PAIRS, PAIRS)
def test_no_two_members_of_a_group_must_stay_apart(pairs: list[Pair], apart: list[Pair]) -> None:
    labels = grouped(COUNT, pairs, apart)
    assert not [pair for pair in apart if labels[pair[0]] == labels[pair[1]]]


@given(PAIRS)
def test_without_contradictions_the_order_of_pairs_does_not_count(pairs: list[Pair]) -> None:
    assert grouped(COUNT, pairs, []) == grouped(COUNT, pairs[::-1], [])


@given(PAIRS)
def test_a_tree_holds_the_same_together_by_the_strongest_ties(pairs: list[Pair]) -> None:
    tree = ties(pairs).tree()
    chosen = list(zip(tree.one.tolist(), tree.other.tolist(), strict=True))
    joined: list[Pair] = []
    for pair in pairs:
        if parts([*joined, pair]) != parts(joined):
            joined.append(pair)
    assert chosen == joined


@given(PAIRS)
def test_from_every_member_ties_lead_to_the_first_of_its_cluster(pairs: list[Pair]) -> None:
    cluster, towards = (found.tolist() for found in clusters(ties(pairs).tree()))
    assert {frozenset(m for m in range(COUNT) if cluster[m] == first) for first in set(cluster)} == parts(pairs)
    for member in range(COUNT):
        here, steps = member, 0
        assert (towards[member] == -1) == (cluster.count(cluster[member]) == 1)
        while here != cluster[member]:
            assert tuple(sorted((here, towards[here]))) in pairs
            here, steps = towards[here], steps + 1
            assert steps <= COUNT
        assert cluster[member] == min(m for m in range(COUNT) if cluster[m] == cluster[member])


@given(PAIRS)
def test_a_bridge_is_what_cuts_a_part_off_when_it_falls(pairs: list[Pair]) -> None:
    found = {place: (below, above) for place, below, above in bridges(pairs)}
    whole = parts(pairs)
    for place, pair in enumerate(pairs):
        left = parts([*pairs[:place], *pairs[place + 1 :]])
        assert (left != whole) == (place in found)
        if place in found:
            sizes = sorted(len(part) for part in left if part & set(pair))
            assert sizes == sorted(found[place])


@given(PAIRS, st.floats(0, 10))
def test_weak_bridges_are_those_between_parts_of_two_and_more_that_lack_the_bits(
    pairs: list[Pair], threshold: float
) -> None:
    needed = {
        place: threshold + np.log2(below * above) for place, below, above in bridges(pairs) if min(below, above) > 1
    }
    weak = weak_bridges(ties(pairs), threshold).tolist()
    assert weak == [needed.get(place, 0) > 9.0 for place in range(len(pairs))]


@given(PAIRS, st.lists(st.integers(0, 4), min_size=30, max_size=30), st.integers(1, 6))
def test_chains_are_cut_at_their_weaker_ties_until_they_are_short_enough(
    pairs: list[Pair], tiers: list[int], limit: int
) -> None:
    before = ties(pairs, sorted(tiers[: len(pairs)]))
    after, met = without_chains(before, limit)
    _, sizes = after.components()
    assert sizes.max() <= limit
    assert met == sum(len(part) for part in parts(pairs) if len(part) > limit)
    kept = set(zip(after.one.tolist(), after.other.tolist(), strict=True))
    for part in parts(pairs):
        inside = [(before.tier[n], pair) for n, pair in enumerate(pairs) if pair[0] in part]
        if len(part) <= limit:
            assert {pair for _, pair in inside} <= kept


@given(PAIRS, PAIRS, st.lists(st.integers(1, 9), min_size=30, max_size=30), st.integers(1, 6))
def test_a_member_near_two_who_contradict_keeps_the_clearly_better_tie_or_none(
    pairs: list[Pair], apart: list[Pair], weights: list[int], margin: int
) -> None:
    stays = without_waverers(pairs, weights, dict.fromkeys(apart, margin))
    weight = dict(zip(pairs, weights, strict=False))
    for pair, stayed in zip(pairs, stays, strict=True):
        rivals = [
            weight[rival]
            for one, other in ((pair[0], pair[1]), (pair[1], pair[0]))  # `one` wavers between `other` and a third
            for third in range(COUNT)
            if tuple(sorted((other, third))) in apart
            for rival in [tuple(sorted((one, third)))]
            if rival in weight and third != one
        ]
        assert stayed == all(weight[pair] - rival >= margin for rival in rivals)
