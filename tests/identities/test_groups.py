"""Groups against a naive answer, on random graphs."""

from itertools import combinations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from mining_tasks.identities.groups import Pair, grouped, towards_first, without_waverers

COUNT = 12
PAIR = st.tuples(st.integers(0, COUNT - 1), st.integers(0, COUNT - 1)).filter(lambda pair: pair[0] < pair[1])
PAIRS = st.lists(PAIR, unique=True, max_size=30)


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
    labels, tree = grouped(COUNT, pairs, apart)
    expected = {min(group): group for group in naive(COUNT, pairs, set(apart))}
    assert {first: {m for m in range(COUNT) if labels[m] == first} for first in set(labels)} == expected
    assert len(tree) == COUNT - len(expected)


@given(PAIRS, PAIRS)
def test_no_two_members_of_a_group_must_stay_apart(pairs: list[Pair], apart: list[Pair]) -> None:
    labels, _ = grouped(COUNT, pairs, apart)
    assert not [pair for pair in apart if labels[pair[0]] == labels[pair[1]]]


@given(PAIRS)
def test_without_contradictions_the_order_of_pairs_does_not_count(pairs: list[Pair]) -> None:
    assert grouped(COUNT, pairs, [])[0] == grouped(COUNT, pairs[::-1], [])[0]


@given(PAIRS, PAIRS)
def test_from_every_member_evidence_leads_to_the_first_of_its_group(pairs: list[Pair], apart: list[Pair]) -> None:
    labels, tree = grouped(COUNT, pairs, apart)
    towards = towards_first(tree)
    assert set(towards) == {m for m in range(COUNT) if labels.count(labels[m]) > 1}
    for member in towards:
        here, steps = member, 0
        while here != labels[member]:
            assert tuple(sorted((here, towards[here]))) in pairs
            here, steps = towards[here], steps + 1
            assert steps <= COUNT


@given(PAIRS, PAIRS, st.sets(st.integers(0, COUNT - 1)))
def test_a_vague_member_near_two_who_contradict_loses_all_its_pairs(
    pairs: list[Pair], apart: list[Pair], vague: set[int]
) -> None:
    stays = without_waverers(pairs, apart, [member in vague for member in range(COUNT)])
    near = {m: {a + b - m for a, b in pairs if m in (a, b)} for m in range(COUNT)}
    waverers = {m for m in vague if any(pair in set(apart) for pair in combinations(sorted(near[m]), 2))}
    assert stays == [one not in waverers and other not in waverers for one, other in pairs]


def test_arrow_takes_the_labels() -> None:
    labels, _ = grouped(3, [(0, 2)], [])
    assert pa.array(labels, pa.int32()).to_pylist() == [0, 1, 0]
