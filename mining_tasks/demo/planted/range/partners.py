"""Which products belong together by plan: complements, substitutes, and what follows what in a later order."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import count

from mining_tasks.demo.planted.world import World


@dataclass(frozen=True)
class Complement:
    """Who takes `first` takes `then` with `lift` times the usual probability; products by their place in the range."""

    first: int
    then: int
    lift: float

    @property
    def products(self) -> tuple[int, int]:
        """Both places."""
        return self.first, self.then


@dataclass(frozen=True)
class Substitute:
    """Two products that are together in an order `lift` times as often as chance would have it."""

    one: int
    other: int
    lift: float

    @property
    def products(self) -> tuple[int, int]:
        """Both places."""
        return self.one, self.other


Pair = Complement | Substitute


@dataclass(frozen=True)
class Sequence:
    """Who took `first` takes `then` in one of her orders `days` later, with `probability` if there is one."""

    first: int
    then: int
    days: tuple[int, int]
    probability: float


@dataclass(frozen=True)
class Partners:
    """All that is planted between products."""

    complements: tuple[Complement, ...]
    substitutes: tuple[Substitute, ...]
    sequences: tuple[Sequence, ...]

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """Complements, then substitutes."""
        return (*self.complements, *self.substitutes)

    @property
    def followers(self) -> list[int]:
        """What sequences lead to."""
        return [each.then for each in self.sequences]

    @property
    def all(self) -> list[int]:
        """Every product of a pair or a sequence."""
        pairs = [pair.products for pair in self.pairs]
        pairs += [(steps.first, steps.then) for steps in self.sequences]
        return [product for pair in pairs for product in pair]


@lru_cache(maxsize=4)
def partners(world: World) -> Partners:
    """What `[baskets]` of the settings declares by category; each mention takes the category's next product."""
    free = _places(world)
    said = world.settings["baskets"]
    return Partners(
        tuple(Complement(next(free[s["first"]]), next(free[s["then"]]), s["lift"]) for s in said["complements"]),
        tuple(Substitute(next(free[s["category"]]), next(free[s["category"]]), s["lift"]) for s in said["substitutes"]),
        tuple(
            Sequence(next(free[s["first"]]), next(free[s["then"]]), (s["days"][0], s["days"][1]), s["probability"])
            for s in said["sequences"]
        ),
    )


def _places(world: World) -> dict[str, Iterator[int]]:
    """For each category the places of its products in the range, to be taken one by one."""
    said = world.settings["range"]
    categories = [category for department in said["departments"] for category in department["categories"]]
    return {category: count(number * said["products_per_category"]) for number, category in enumerate(categories)}
