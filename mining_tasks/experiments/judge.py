"""The judge: plain rules over figures, the same for every family. Only *go* moves a champion."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Decision = Literal["go", "hold", "no-go"]


@dataclass(frozen=True)
class Rule:
    """One rule: which figure it looks at and how people call it, what it found and asks for, whether that holds."""

    figure: str
    found: float | None
    holds: bool
    asks: str
    words: str

    def sentence(self) -> str:
        """`mean agreement of bootstrap refits is 0.71, asked for at least 0.8`."""
        found = "not known" if self.found is None else f"{self.found:.4g}"
        return f"{self.words} is {found}, asked for {self.asks}"


@dataclass(frozen=True)
class Verdict:
    """What was decided, why in sentences, and the figures behind it."""

    decision: Decision
    reasons: tuple[str, ...]
    figures: Mapping[str, float | None] = field(default_factory=dict)


def at_least(figure: str, found: float | None, limit: float, words: str = "") -> Rule:
    """A figure that must reach a limit; one that is not known, or no number, does not."""
    known = _known(found)
    return Rule(figure, known, known is not None and bool(known >= limit), f"at least {limit:g}", words or figure)


def at_most(figure: str, found: float | None, limit: float, words: str = "") -> Rule:
    """A figure that must not exceed a limit; one that is not known, or no number, does."""
    known = _known(found)
    return Rule(figure, known, known is not None and bool(known <= limit), f"at most {limit:g}", words or figure)


def judged(rules: Sequence[Rule], otherwise: str) -> Verdict:
    """Go if every rule holds, else no-go with each broken rule and what serves instead (`otherwise`).

    Raises ValueError without rules: nothing checked is nothing proved.
    """
    if not rules:
        raise ValueError("a judge needs at least one rule")
    figures = {rule.figure: rule.found for rule in rules}
    broken = [rule.sentence() for rule in rules if not rule.holds]
    if broken:
        return Verdict("no-go", (*broken, otherwise), figures)
    return Verdict("go", tuple(rule.sentence() for rule in rules), figures)


def held(why: Sequence[str], figures: Mapping[str, float | None]) -> Verdict:
    """Nothing to judge tonight: the champion stays."""
    return Verdict("hold", tuple(why), figures)


def _known(found: float | None) -> float | None:
    return float(found) if found is not None and math.isfinite(found) else None
