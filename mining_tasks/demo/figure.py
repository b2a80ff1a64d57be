"""A figure: one number by which a room is measured against the truth, the threshold that guards it, and its aim."""

from dataclasses import dataclass, replace
from math import sqrt
from typing import Literal

Direction = Literal["at least", "at most"]
PASS, SHORT, FAIL = "pass", "short of aim", "FAIL"
NOT_PUBLISHED, CANNOT_SAY = "not published", "cannot say"
LARGE = 20_000  # people: from here on a shop is held to a threshold as it is written
ERRORS = 2.0  # standard errors that a smaller one may miss it by: of shops that just reach it, luck fails one in forty


class CannotSay(ValueError):
    """The figure cannot be computed from what is there; the message says what is missing."""


@dataclass(frozen=True)
class Figure:
    """A number with its threshold; `value` is missing until it was measured.

    threshold: what it may not fall behind. aim: what it ought to reach, which nothing eases.
    is_waiting: there can be nothing to measure yet, which is no fault.
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
    aim: float | None = None
    is_waiting: bool = False

    def of(self, value: float | None, note: str = "") -> "Figure":
        """This figure as measured; without a value it cannot be said, which is no pass."""
        if value is None or value != value:
            return replace(self, note="there is nothing to measure it on")
        return replace(self, value=float(value), note=note or self.note)

    def later(self, why: str) -> "Figure":
        """This figure before its time: it cannot be said, and nobody is to blame."""
        return replace(self, note=why, is_waiting=True)

    def asked_of(self, people: int, cases: float) -> "Figure":
        """This figure, a share, with the threshold to which a shop of so many people is held: see `allowed`."""
        return replace(self, threshold=allowed(self.threshold, self.direction, people, cases))

    def eased(self, luck: float) -> "Figure":
        """This figure with a threshold that it may miss by `ERRORS` standard errors of `luck`; its aim stays."""
        off = ERRORS * luck
        return replace(self, threshold=self.threshold + (-off if self.direction == "at least" else off))

    @property
    def verdict(self) -> str:
        """Pass, FAIL, or short of aim: the threshold is held and the aim is not. A number exactly there holds it."""
        if self.value is None:
            return CANNOT_SAY
        if self.aim is not None and self._holds(self.value, self.aim):
            return PASS
        if not self._holds(self.value, self.threshold):
            return FAIL
        return PASS if self.aim is None else SHORT

    def _holds(self, value: float, asked: float) -> bool:
        return value >= asked if self.direction == "at least" else value <= asked


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
