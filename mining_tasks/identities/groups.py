"""Groups: the closure of pairs over accounts, in which no two members contradict each other. Whole numbers only."""

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

Pair = tuple[int, int]


@dataclass
class Groups:
    """Union-find in which a group knows the groups it must never join."""

    count: int
    strangers: dict[int, set[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._parent = list(range(self.count))

    def root(self, member: int) -> int:
        """The group of a member, named by one of its members."""
        while self._parent[member] != member:
            self._parent[member] = self._parent[self._parent[member]]
            member = self._parent[member]
        return member

    def join(self, one: int, other: int) -> bool:
        """Make one group of two; False if they are one already, or if any two of their members contradict."""
        kept, gone = sorted((self.root(one), self.root(other)))
        if kept == gone or gone in self.strangers.get(kept, ()):
            return False
        self._parent[gone] = kept
        for stranger in self.strangers.pop(gone, ()):
            self.strangers[stranger].discard(gone)
            self.strangers[stranger].add(kept)
            self.strangers.setdefault(kept, set()).add(stranger)
        return True


def grouped(count: int, pairs: Iterable[Pair], contradictions: Iterable[Pair]) -> tuple[list[int], list[Pair]]:
    """For members 0 … count-1, pairs in order of their strength, and pairs that must stay apart: the group of each
    member (its smallest member), and the pairs that made the groups, a tree in each.

    Where pairs and contradictions clash, the stronger pair wins, then the one of the smaller members, so the result
    depends on the data and not on the order of rows.
    """
    strangers: dict[int, set[int]] = defaultdict(set)
    for one, other in contradictions:
        strangers[one].add(other)
        strangers[other].add(one)
    groups = Groups(count, dict(strangers))
    tree = [pair for pair in pairs if groups.join(*pair)]
    return [groups.root(member) for member in range(count)], tree


def without_waverers(pairs: Sequence[Pair], contradictions: Iterable[Pair], is_vague: Sequence[bool]) -> list[bool]:
    """Which pairs stay when a vague member (one without a name) that fits two who contradict each other joins neither.

    `pairs` and the result have the same order and length; `is_vague` has one entry per member.
    """
    apart = list(contradictions)
    concerned = {member for pair in apart for member in pair}
    near: dict[int, set[int]] = defaultdict(set)
    for one, other in pairs:
        if one in concerned and is_vague[other]:
            near[one].add(other)
        if other in concerned and is_vague[one]:
            near[other].add(one)
    waverers = {member for one, other in apart for member in near[one] & near[other]}
    return [one not in waverers and other not in waverers for one, other in pairs]


def towards_first(tree: Iterable[Pair]) -> dict[int, int]:
    """For every member of a tree the neighbour through which it hangs together with the tree's smallest member;
    for that member itself its smallest neighbour."""
    near: dict[int, list[int]] = defaultdict(list)
    for one, other in tree:
        near[one].append(other)
        near[other].append(one)
    towards: dict[int, int] = {}
    for first in sorted(near):
        if first in towards:
            continue
        towards[first] = min(near[first])
        waiting = deque([first])
        while waiting:
            here = waiting.popleft()
            for member in sorted(near[here]):
                if member not in towards:
                    towards[member] = here
                    waiting.append(member)
    return towards
