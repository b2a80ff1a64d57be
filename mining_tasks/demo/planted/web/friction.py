"""What decides at the checkout: the visitor's intent, a slow page, a dear parcel; and nothing else.

Orders are given, so the failed attempts are drawn to fit them. For every success with features x there are on average
(1 - p(x)) / p(x) failed attempts with the same features, which makes P(success | x) = p(x) among all attempts.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mining_tasks.demo.planted.world import World

INTENTS = ("low", "high")
MOST_MS = 60_000


@dataclass(frozen=True)
class Friction:
    """Probabilities by intent (low, high), load (fast, slow) and shipping (cheap, dear)."""

    success: np.ndarray  # intent × load × shipping: probability that an attempt buys
    natural: np.ndarray  # intent × load: how often attempts are so
    above_ms: int
    above_share: float
    median_ms: float
    steepness: float

    @cached_property
    def bought(self) -> np.ndarray:
        """Intent × load: how often successes are so, the same for cheap and for dear parcels."""
        weight = self.natural * self.success[:, :, 0]
        return np.asarray(weight / weight.sum())

    @cached_property
    def failed_per_bought(self) -> np.ndarray:
        """Shipping × intent × load: failed attempts for one order with such a parcel."""
        odds = (1 - self.success) / self.success
        return np.moveaxis(self.bought[:, :, None] * odds, 2, 0)

    def is_dear(self, quote: np.ndarray, basket: np.ndarray) -> np.ndarray:
        """Whether a quote exceeds the bearable share of its basket (both in minor units of one currency)."""
        return quote > self.above_share * basket

    def loads(self, rng: np.random.Generator, slow: np.ndarray) -> np.ndarray:
        """Load times in ms, int32: natural ones where `slow` is -1, below the threshold where 0, above where 1."""
        fast_share = 1 - self.natural[:, 1].sum()
        lowest, highest = np.where(slow == 1, fast_share, 0.0), np.where(slow == 0, fast_share, 1.0)
        chance = lowest + (highest - lowest) * rng.random(len(slow))
        with np.errstate(divide="ignore"):
            drawn = self.median_ms * (chance / (1 - chance)) ** (1 / self.steepness)
        loads = np.clip(drawn, 40, MOST_MS).astype(np.int32)
        loads[slow == 1] = np.maximum(loads[slow == 1], self.above_ms + 1)
        loads[slow == 0] = np.minimum(loads[slow == 0], self.above_ms)
        return loads


def friction(world: World) -> Friction:
    """The frictions of the settings."""
    web = world.settings["web"]
    load, shipping = web["friction"]["load"], web["friction"]["shipping"]
    intents = [web["intent"][name] for name in INTENTS]
    slow = 1 / (1 + (load["above_ms"] / load["median_ms"]) ** load["steepness"])
    keeps = np.outer([1, load["keeps"]], [1, shipping["keeps"]])
    return Friction(
        success=np.array([intent["success"] for intent in intents])[:, None, None] * keeps,
        natural=np.outer([intent["share"] for intent in intents], [1 - slow, slow]),
        above_ms=load["above_ms"],
        above_share=shipping["above_share"],
        median_ms=load["median_ms"],
        steepness=load["steepness"],
    )


def drawn_cells(rng: np.random.Generator, weights: np.ndarray, count: int) -> tuple[np.ndarray, ...]:
    """Indices into each axis of `weights`, drawn in proportion to them: one int8 array per axis."""
    edges = weights.cumsum()
    cells = np.minimum(np.searchsorted(edges, rng.random(count) * edges[-1], "right"), weights.size - 1)
    return tuple(axis.astype(np.int8) for axis in np.unravel_index(cells, weights.shape))
