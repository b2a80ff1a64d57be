"""The chain of channels: visits follow one another until one of them buys or the visitor is lost for good."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from mining_tasks.demo.planted.world import World

START = "start"
PURCHASE = "purchase"


@dataclass(frozen=True)
class Paths:
    """Visits of many paths, in order: the number of the path, and the channel of each visit."""

    path: np.ndarray
    channel: np.ndarray

    @cached_property
    def is_last(self) -> np.ndarray:
        """Whether the visit is the last one of its path."""
        return np.append(self.path[1:] != self.path[:-1], True)[: len(self.path)]


@dataclass(frozen=True)
class Chain:
    """An absorbing Markov chain; row 0 of `moves` is the start, row i + 1 the i-th channel, columns are channels."""

    channels: tuple[str, ...]
    moves: np.ndarray
    buys: np.ndarray

    @cached_property
    def reach(self) -> np.ndarray:
        """Probability that a path comes to a purchase, from the start and from each channel."""
        inner = np.linalg.solve(np.eye(len(self.channels)) - self.moves[1:], self.buys[1:])
        return np.concatenate([self.moves[:1] @ inner + self.buys[:1], inner])

    @cached_property
    def lost_per_purchase(self) -> float:
        """Paths that end without a purchase for each one that buys."""
        return float(1 / self.reach[0] - 1)

    def removal_effects(self) -> np.ndarray:
        """Share of all purchases that is lost when every visit by a channel is lost: one number per channel."""
        without = [self._without(number).reach[0] for number in range(len(self.channels))]
        return np.asarray(1 - np.array(without) / self.reach[0])

    def paths(self, rng: np.random.Generator, count: int, buy: bool) -> Paths:
        """So many paths that buy, or that do not: the chain given how it ends (Doob's h-transform)."""
        chances = self._given(self.reach if buy else 1 - self.reach).cumsum(axis=1)
        alive, state, walked = np.arange(count), np.zeros(count, np.int64), []
        while len(alive):
            state = (rng.random(len(alive))[:, None] >= chances[state]).sum(axis=1)
            goes_on = state < len(self.channels)
            alive, state = alive[goes_on], state[goes_on] + 1
            walked.append((alive, state - 1))
        path, channel = (np.concatenate([step[i] for step in walked] or [alive]) for i in (0, 1))
        order = np.argsort(path, kind="stable")
        return Paths(path[order], channel[order].astype(np.int8))

    def _given(self, ends: np.ndarray) -> np.ndarray:
        return np.asarray(self.moves * ends[1:] / ends[:, None])

    def _without(self, number: int) -> "Chain":
        moves = self.moves.copy()
        moves[:, number] = 0
        return Chain(self.channels, moves, self.buys)


def chain(world: World) -> Chain:
    """The chain of the settings; its channels stand in the order of their rows there."""
    rows: Mapping[str, Any] = world.settings["web"]["chain"]
    channels = tuple(name for name in rows if name != START)
    order = (START, *channels)
    moves = np.array([[rows[source].get(target, 0.0) for target in channels] for source in order])
    buys = np.array([rows[source].get(PURCHASE, 0.0) for source in order])
    if (moves.sum(axis=1) + buys > 1 + 1e-9).any() or np.diag(moves[1:]).any():
        raise ValueError("web.chain: a row is above 1, or a channel follows itself")
    if not np.isclose(moves[0].sum(), 1):
        raise ValueError("web.chain: every path starts with a visit, so the start's channels sum to 1")
    return Chain(channels, moves, buys)
