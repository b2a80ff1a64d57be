"""A figure: one number by which a room is measured against the truth, and the threshold that decides."""

from dataclasses import dataclass, replace
from math import sqrt
from typing import Literal

Direction = Literal["at least", "at most"]
PASS, FAIL, NOT_PUBLISHED, CANNOT_SAY = "pass", "FAIL", "not published", "cannot say"
LARGE = 20_000  # people: from here on a shop is held to a threshold as it is written
ERRORS = 2.0  # standard errors that a smaller one may miss it by: of shops that just reach it, luck fails one in forty


class CannotSay(ValueError):
    """The figure cannot be computed from what is there; the message says what is missing."""


@dataclass(frozen=True)
class Figure:
    """A number with its threshold; `value` is missing until it was measured.

    unit: `share` (0 to 1), `index` (such as a Rand index, -1 to 1), `rows`, `customers`, `money`: what the number
    counts. note: what it means, or where it comes from; once measured, what stands out.
    """

    room: str
    name: str
    threshold: float
    direction: Direction
    unit: str
    note: str
    value: float | None = None

    def of(self, value: float | None, note: str = "") -> "Figure":
        """This figure as measured; without a value it cannot be said, which is no pass."""
        if value is None or value != value:
            return replace(self, note="there is nothing to measure it on")
        return replace(self, value=float(value), note=note or self.note)

    def asked_of(self, people: int, cases: float) -> "Figure":
        """This figure, a share, with the threshold to which a shop of so many people is held: see `allowed`."""
        return replace(self, threshold=allowed(self.threshold, self.direction, people, cases))

    @property
    def verdict(self) -> str:
        """Pass or FAIL; a number exactly at its threshold passes."""
        if self.value is None:
            return CANNOT_SAY
        is_held = self.value >= self.threshold if self.direction == "at least" else self.value <= self.threshold
        return PASS if is_held else FAIL


def allowed(asked: float, direction: Direction, people: int, cases: float) -> float:
    """The share asked of a shop of `LARGE` people or more; a smaller one may miss it by `ERRORS` standard errors.

    cases: how many there are that go right or wrong each by itself; the fewer, the more of a share is luck.
    """
    if people >= LARGE or cases <= 0:
        return asked
    luck = ERRORS * sqrt(asked * (1 - asked) / cases)
    return max(asked - luck, 0.0) if direction == "at least" else min(asked + luck, 1.0)


def bound(threshold: float, direction: str) -> str:
    """A threshold as people write it: `≥ 0.9950`."""
    return f"{'≥' if direction == 'at least' else '≤'} {written(threshold)}"


def written(value: float) -> str:
    """A number with as many digits as it deserves: counts whole, shares to four places."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.4f}"
