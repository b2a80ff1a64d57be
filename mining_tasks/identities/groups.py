"""Groups: the closure of pairs over accounts, in which no two members contradict each other. Whole numbers only."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
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


def grouped(count: int, pairs: Iterable[Pair], contradictions: Iterable[Pair]) -> list[int]:
    """For members 0 … count-1, pairs in order of their strength, and pairs that must stay apart: the group of each
    member, named by its smallest member.

    Where pairs and contradictions clash, the stronger pair wins, then the one of the smaller members, so the result
    depends on the data and not on the order of rows.
    """
    strangers: dict[int, set[int]] = defaultdict(set)
    for one, other in contradictions:
        strangers[one].add(other)
        strangers[other].add(one)
    groups = Groups(count, dict(strangers))
    for pair in pairs:
        groups.join(*pair)
    return [groups.root(member) for member in range(count)]


def without_waverers(pairs: Sequence[Pair], weights: Sequence[float], clashes: Mapping[Pair, float]) -> list[bool]:
    """Which pairs stay when a member that fits two who contradict each other joins the one it clearly belongs to, or
    neither.

    `clashes`: pairs that must stay apart, with the bits by which one of two ties must outweigh the other to be clearly
    better. `weights` and the result have the order and length of `pairs`.
    """
    concerned = {member for pair in clashes for member in pair}
    near: dict[int, dict[int, int]] = defaultdict(dict)
    for place, (one, other) in enumerate(pairs):
        if one in concerned:
            near[one][other] = place
        if other in concerned:
            near[other][one] = place
    stays = [True] * len(pairs)
    for (one, other), margin in clashes.items():
        for waverer in near[one].keys() & near[other].keys():
            worse, better = sorted((near[one][waverer], near[other][waverer]), key=weights.__getitem__)
            stays[worse] = False
            stays[better] &= weights[better] - weights[worse] >= margin
    return stays
