"""What the judge asks of a lifetime value: the trial on later data, level, spread, and a fit that says something."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np

from mining_tasks.experiments.habits.cells import Numbers
from mining_tasks.experiments.judge import Rule, at_least, at_most
from mining_tasks.lifetime_value.forecast import SHORT, Forecast
from mining_tasks.lifetime_value.recipes import Taught
from mining_tasks.lifetime_value.slices import Slice

ROWS = 200  # a share of fewer says little


@dataclass(frozen=True)
class Own:
    """Limits that only this family has; `[lifetime_value.limits]` in objectives.toml may say otherwise."""

    bias_most: float = 0.05  # |expected / came - 1| over all customers
    # Twice what is aimed at (0.76 to 0.84): those served are set on the very holdout that judges the ones before.
    coverage_least: float = 0.72
    coverage_most: float = 0.88
    open_missed_most: float = 0.28  # of those whose interval starts at 0; one in five is meant
    refit_nights: int = 7
    agreement_least: float = 0.95  # rank correlation of a refreshed recipe with the model in use
    level_shift_most: float = 0.1  # by which a refresh alone may move the total


def own(said: Mapping[str, float]) -> Own:
    """The limits with those of a shop's own; other names belong to the judge's."""
    names = {item.name for item in fields(Own)}
    return Own(**{name: value for name, value in said.items() if name in names})  # type: ignore[arg-type]


def level(one: Slice, said: Forecast, limit: Own) -> list[Rule]:
    """Is the total right? Beyond the limit only what chance would not show at 95 %."""
    return [_bias(name, words, came, expected, limit) for name, words, came, expected in (
        ("value_bias", "value", one.came_value, said.value[SHORT]),
        ("orders_bias", "orders", one.came_orders, said.orders[SHORT]),
    )]  # fmt: skip


def spread(one: Slice, said: Forecast, found: Taught, limit: Own) -> list[Rule]:
    """Does what comes lie where the intervals say? Those above 0 hold 80 %; those from 0 as well. Refused is what so
    many rows surely show to be beyond the limits."""
    if found.spread is None:
        return [at_least("interval_coverage", None, limit.coverage_least, "coverage of the 80 % intervals")]
    low, high = found.spread.ends(said, SHORT)
    inside, above, opened = (one.came_value >= low) & (one.came_value <= high), low > 0, (low <= 0) & (high > 0)
    rules: list[Rule] = []
    if above.sum() >= ROWS:
        covered, words = float(inside[above].mean()), "coverage of the 80 % intervals above 0"
        least, most = min(limit.coverage_least, 0.8), max(limit.coverage_most, 0.8)
        rules += [
            at_least("interval_coverage", covered, least - _luck(least, above), words),
            at_most("interval_coverage_most", covered, most + _luck(most, above), words),
        ]
    if opened.sum() >= ROWS:
        missed = 1 - float(inside[opened].mean())
        most = max(limit.open_missed_most, 0.2)
        most += _luck(most, opened)
        rules.append(at_most("open_interval_missed", missed, most, "share that misses the intervals from 0"))
    return rules


def refreshed(before: Forecast, now: Forecast, limit: Own) -> list[Rule]:
    """The recipe in use, taught again: it may move nobody without a reason."""
    old, new = before.value[SHORT], now.value[SHORT]
    agreement = float(np.corrcoef(_ranks(old), _ranks(new))[0, 1])
    shift = abs(float(new.sum()) / float(old.sum()) - 1) if old.sum() else float("nan")
    return [
        at_least("refresh_agreement", agreement, limit.agreement_least, "rank correlation with the model in use"),
        at_most("refresh_shift", shift, limit.level_shift_most, "change of the total through the refresh alone"),
    ]


def _luck(share: float, rows: "np.ndarray") -> float:
    """How far a share of so many rows lies off by chance (95 %)."""
    return round(1.96 * float(np.sqrt(share * (1 - share) / rows.sum())), 4)


def _bias(name: str, words: str, came: Numbers, expected: Numbers, limit: Own) -> Rule:
    total = float(came.sum())
    bias = abs(float(expected.sum()) / total - 1) if total else float("nan")
    noise = 1.96 * float(np.std(came - expected)) * np.sqrt(len(came)) / total if total else float("nan")
    most = max(limit.bias_most, noise)
    why = " (what chance alone would show)" if noise > limit.bias_most else ""
    rule = at_most(name, bias, most, f"bias of the expected {words}")
    return Rule(rule.figure, rule.found, rule.holds, f"at most {most:.3g}{why}", rule.words)


def _ranks(scored: Numbers) -> Numbers:
    _, place, count = np.unique(scored, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(count) - (count - 1) / 2)[place], np.float64)
