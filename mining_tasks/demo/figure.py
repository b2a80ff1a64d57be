"""A figure: one number by which a room is measured against the truth, and the threshold that decides."""

from dataclasses import dataclass, replace
from typing import Literal

Direction = Literal["at least", "at most"]
PASS, FAIL, NOT_PUBLISHED, CANNOT_SAY = "pass", "FAIL", "not published", "cannot say"


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

    @property
    def verdict(self) -> str:
        """Pass or FAIL; a number exactly at its threshold passes."""
        if self.value is None:
            return CANNOT_SAY
        is_held = self.value >= self.threshold if self.direction == "at least" else self.value <= self.threshold
        return PASS if is_held else FAIL


def bound(threshold: float, direction: str) -> str:
    """A threshold as people write it: `≥ 0.9950`."""
    return f"{'≥' if direction == 'at least' else '≤'} {written(threshold)}"


def written(value: float) -> str:
    """A number with as many digits as it deserves: counts whole, shares to four places."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.4f}"
