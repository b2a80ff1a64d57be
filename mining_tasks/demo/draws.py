"""Seeded choices that depend on what they are for and on nothing else: not on order, process or Python version."""

import random
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import TypeVar

SEED = "goldseam-demo-1"

T = TypeVar("T")


def draws(*purpose: object) -> random.Random:
    """A stream of numbers of its own for one purpose, such as `draws("mailbox", household)`.

    Only `.random()` should be called on it: Python promises that sequence alone for all versions to come.
    """
    return random.Random(_digest(purpose))  # noqa: S311  # a demo shop, no secret


def chance(*purpose: object) -> float:
    """One number from 0 up to 1 for this purpose."""
    return draws(*purpose).random()


def pick(stream: random.Random, items: Sequence[T]) -> T:
    """One of the items, all equally likely."""
    return items[int(stream.random() * len(items))]


def between(stream: random.Random, low: float, high: float) -> float:
    """A number from low up to high."""
    return low + stream.random() * (high - low)


def shuffled(items: Iterable[T], *purpose: object) -> list[T]:
    """The items in seeded order; a subset of the items keeps the order of the whole."""
    return sorted(items, key=lambda item: _digest((*purpose, item)))


def scrambled(number: int, low: int) -> int:
    """A long id for a small running number, unique below 899,999,963: real systems do not count from 1."""
    return low + (number + 1) * 736_878_713 % 899_999_963


def _digest(purpose: tuple[object, ...]) -> bytes:
    return sha256("|".join((SEED, *map(str, purpose))).encode()).digest()
